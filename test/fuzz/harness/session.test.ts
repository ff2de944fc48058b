import { expect, it } from 'vitest'
import type { Fault } from './faulty-process.ts'
import type { Fuzzer } from './fuzzer.ts'
import { runSession, upTo } from './session.ts'
import { startSubject, type Subject } from './subject.ts'

const fuzzer: Fuzzer<Subject> = {
  name: 'words',
  usual: 1,
  lanes: 1,
  open: (subject) =>
    Promise.resolve({
      async run(_random, input) {
        const answer = await subject.ask<string>('put', input)
        return answer === 'right' ? undefined : `the answer was ${answer}`
      },
      close: () => Promise.resolve(undefined),
    }),
}

it.each<[Fault, problems: unknown[]]>([
  ['is well', []],
  ['answers wrongly', ['7 words:2: the answer was wrong']],
  ['dies', [expect.stringContaining('it died'), expect.stringMatching(/^7 words:2: .*ended with 1/)]],
  ['leaves open', ['1 doors are left open']],
  ['masks', ['masked: a secret']],
  ['pollutes', ['prototypes hold polluted']],
])('a session tells what is wrong with one that %s', async (fault, problems) => {
  const target = {
    start: () => startSubject<object>(new URL('./faulty-process.ts', import.meta.url), 64, { fault }),
    sessions: [[fuzzer]],
    memory: { meanwhile: Infinity, afterwards: 16 * 1024 * 1024 },
    settlesMs: 100,
  }
  const outcome = await runSession(target, 7, [{ fuzzer, numbers: upTo(4) }])
  expect(outcome.problems).toEqual(problems)
})
