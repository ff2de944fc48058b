import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ANSWERED, recordedNames } from './recorded-names.ts'

/** What the engine answers although no recording shows a server's answer to it, and why. It may only become less. */
const UNRECORDED: Readonly<Record<string, string>> = {
  'filter $and': "the relay's `where` and row rules are filters of the same compiler",
  'filter $ne': "the relay's `where` and row rules are filters of the same compiler",
  'stage $sample': 'mongosh reads a few documents to complete names of fields',
  'update $currentDate': 'connect-mongo keeps the time of a session with it',
  'expression $gte': 'the other five comparisons are recorded, and are the same rule',
  'expression $arrayToObject': 'a recording shows how a server refuses what it is given',
  'expression $slice': 'a recording shows how a server refuses it where a projection does not fit',
  'accumulator $mergeObjects': 'a recording shows it with an operand that is refused',
}
const allowed = Object.keys(UNRECORDED)

const recorded = recordedNames()

it('answers no stage, operator or accumulator that no recording holds, but those of one list', () => {
  expect([...ANSWERED].filter((name) => !recorded.has(name) && !allowed.includes(name))).toEqual([])
})

it('lists nothing that is not answered, or recorded', () => {
  expect(allowed.filter((name) => !ANSWERED.has(name) || recorded.has(name))).toEqual([])
})

it('is described: docs/engine.md names every stage, operator and accumulator', () => {
  const text = readFileSync(new URL('../../docs/engine.md', import.meta.url), 'utf8')
  const names = [...ANSWERED].filter((name) => !name.startsWith('update ')).map((name) => name.split(' ')[1] ?? '')
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([])
})

it('finds names where they stand', () => {
  expect(recorded).toContain('stage $match')
  expect(recorded).toContain('filter $in')
  expect(recorded).toContain('update $push')
  expect(recorded).not.toContain('accumulator $in')
})
