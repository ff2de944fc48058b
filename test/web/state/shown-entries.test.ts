import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createChangeLog } from '../../../web/state/change-log.ts'
import { createShownEntries, EVERY } from '../../../web/state/shown-entries.ts'
import { toChange } from '../stream/fakes.ts'

const item = (operationType: string, text = '') => ({
  kind: 'change' as const,
  change: { ...toChange('82ADA', { _id: { _data: '82ADA' }, text }), operationType },
})

describe('the entries that are shown', () => {
  it('are those that a sieve lets through, and all gaps', () => {
    const log = createChangeLog()
    const shown = createShownEntries()
    log.add(item('insert', 'Grace'))
    log.add(item('update', 'Ada Lovelace'))
    log.add({ kind: 'gap', gap: { kind: 'change', reason: 'x' } })
    const types = () => shown.read(log).map(({ item: is }) => (is.kind === 'gap' ? 'gap' : is.change.operationType))
    expect(types()).toEqual(['insert', 'update', 'gap'])
    shown.sift({ operationTypes: ['insert'], search: '' })
    expect(types()).toEqual(['insert', 'gap'])
    // not in the token
    shown.sift({ operationTypes: [], search: 'ada' })
    expect(types()).toEqual(['update', 'gap'])
    log.add(item('delete', 'ADA'))
    expect(types()).toEqual(['update', 'gap', 'delete'])
    shown.sift(EVERY)
    expect(types()).toEqual(['insert', 'update', 'gap', 'delete'])
  })

  it('are those of the log in its order, whatever is done to it', () => {
    const type = fc.constantFrom('insert', 'update', 'delete')
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), type }),
      fc.record({ do: fc.constant('older' as const), types: fc.array(type, { maxLength: 3 }) }),
      fc.record({ do: fc.constant('sift' as const), types: fc.array(type, { maxLength: 2 }) }),
      fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const, 'clear' as const) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const log = createChangeLog({ maxEntries: 6 })
        const shown = createShownEntries()
        let types: readonly string[] = []
        for (const one of steps) {
          if (one.do === 'add') log.add(item(one.type))
          else if (one.do === 'older') log.addOlder(one.types.map((name) => item(name)))
          else if (one.do === 'sift') shown.sift({ operationTypes: (types = one.types), search: '' })
          else log[one.do]()
          const passes = (name: string) => types.length === 0 || types.includes(name)
          expect(shown.read(log)).toEqual(
            log.shown.filter((entry) => entry.item.kind === 'gap' || passes(entry.item.change.operationType)),
          )
          const numbers = log.shown.map(({ number }) => number)
          expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
          expect(numbers.length).toBeLessThanOrEqual(6)
        }
      }),
    )
  })
})
