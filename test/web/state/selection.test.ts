import { describe, expect, it } from 'vitest'
import { createChangeLog } from '../../../web/state/change-log.ts'
import { type Step, stepFrom } from '../../../web/state/selection.ts'
import { toChange } from '../stream/fakes.ts'

const log = createChangeLog()
for (const token of ['a', 'b', 'c', 'd']) log.add({ kind: 'change', change: toChange(token) })
const all = [...log.shown]
const [a, b, , d] = all

const go = (from: number | null, step: Step, entries = all) => {
  const entry = stepFrom(from === null ? null : (all[from] ?? null), step, entries)
  return entry?.item.kind === 'change' ? entry.item.change.resumeToken : null
}

describe('walking through the list', () => {
  it.each([
    [null, 'older', 'd'],
    [null, 'newer', 'd'],
    [null, 'oldest', 'a'],
    [1, 'older', 'a'],
    [1, 'newer', 'c'],
    [0, 'older', 'a'],
    [3, 'newer', 'd'],
    [1, 'newest', 'd'],
    [3, 'oldest', 'a'],
  ] as const)('goes from %s %s to %s', (from, step, to) => {
    expect(go(from, step)).toBe(to)
  })

  it('goes on beside what is not listed any more', () => {
    const others = [a, b, d].filter((entry) => entry !== undefined)
    expect(go(2, 'older', others)).toBe('b')
    expect(go(2, 'newer', others)).toBe('d')
    expect(go(2, 'newer', [])).toBeNull()
  })
})
