import fc from 'fast-check'
import { type DocumentNode, parse, type SelectionNode, validate, visit } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createOperationLimits } from '../../../../src/relay/graphql/limits/operation-limits.ts'
import { noRootConditions } from '../../../../src/relay/graphql/operations/root-conditions.ts'
import { createSchema } from '../../../../src/relay/graphql/schema/schema.ts'
import { validateOperation } from '../../../../src/relay/graphql/operations/validate-operation.ts'
import { DEFAULTS } from '../../../../src/relay/options/values.ts'
import { doubling, everyToEvery, type FragmentGraph, toDocument } from '../../../support/fragment-graph.ts'

const schema = createSchema({ sandbox: true })
const limits = createOperationLimits(DEFAULTS)

/** How often each selection set may be read, by all rules together that come before the specification's. */
const READS_EACH = 12

/** Far above what any document takes, and far below what one takes that is walked by paths. */
const MAX_MS = 5_000

/** Counts how often selection sets are read. Throws when that is more than a walk of the document needs. */
function meter(document: DocumentNode): () => number {
  const allowed = { reads: 0 }
  let reads = 0
  visit(document, {
    SelectionSet(node) {
      allowed.reads += READS_EACH
      const selections: readonly SelectionNode[] = node.selections
      Object.defineProperty(node, 'selections', {
        enumerable: true,
        get() {
          if (++reads > allowed.reads) throw new Error(`More than ${READS_EACH} reads of each selection set`)
          return selections
        },
      })
    },
  })
  reads = 0
  return () => reads
}

const graphs: fc.Arbitrary<FragmentGraph> = fc.integer({ min: 1, max: 24 }).chain((count) =>
  fc.record({
    spreads: fc.oneof(
      fc.array(fc.array(fc.nat({ max: count }), { maxLength: 6 }), { minLength: count, maxLength: count }),
      fc.constantFrom(everyToEvery(count), doubling(count * 5)),
    ),
    selection: fc.constantFrom(
      '',
      '__typename',
      'json json',
      'a: json b: json',
      '__typename @skip(if: false)',
      '... { json }',
    ),
    entries: fc.array(fc.nat({ max: count }), { maxLength: 5 }),
    operations: fc.integer({ min: 0, max: 4 }),
    type: fc.constantFrom('Query' as const, 'Change' as const, '__Schema' as const),
  }),
)

describe('validation of fragments', () => {
  it('reads each selection set a few times, whatever spreads what', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const document = parse(toDocument(graph))
        const reads = meter(document)
        validate(schema, document, [...limits.rules, noRootConditions])
        expect(reads()).toBeGreaterThan(0)
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['all spread all', everyToEvery(12)],
    ['each spreads the next one twice', doubling(200)],
  ])('refuses a document at once in which %s', (_what, spreads) => {
    for (const type of ['Query', 'Change', '__Schema'] as const) {
      const document = parse(toDocument({ spreads, selection: '', entries: [0], operations: 1, type }))
      meter(document)
      expect(validate(schema, document, limits.rules)).toEqual([])
      const fresh = parse(toDocument({ spreads, selection: '', entries: [0], operations: 1, type }))
      const errors = validateOperation(schema, fresh, limits)
      expect(errors.length).toBeGreaterThan(0)
      expect(errors.length).toBeLessThanOrEqual(21)
    }
  })

  it('takes little time, with all rules', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const document = parse(toDocument(graph))
        const startedMs = performance.now()
        validateOperation(schema, document, limits)
        expect(performance.now() - startedMs).toBeLessThan(MAX_MS)
      }),
      { numRuns: 200 },
    )
  })

  it('does not overflow the stack, however long chains and circles of fragments are', () => {
    const chain = Array.from({ length: 200 }, (_, n) => (n < 199 ? [n + 1] : []))
    const circle = Array.from({ length: 150 }, (_, n) => [(n + 1) % 150])
    const back = [...chain.slice(0, 199), Array.from({ length: 200 }, (_, n) => n)]
    for (const spreads of [chain, circle, back]) {
      for (const operations of [0, 1]) {
        const document = parse(toDocument({ spreads, selection: '', entries: [0], operations, type: 'Change' }))
        expect(() => validateOperation(schema, document, limits)).not.toThrow()
      }
    }
  })

  it('compares no fields of fragments that are spread nowhere', () => {
    const unused = `{ relay { version } } fragment F on Change { ${'ns { db } '.repeat(480)} }`
    const errors = validateOperation(schema, parse(unused), limits)
    expect(errors.map(({ message }) => message)).toEqual(['Fragment "F" is never used.'])
    const twice = `subscription { changes { ...F } } fragment F on Change { json } fragment F on Change { ${'ns { db } '.repeat(400)} }`
    expect(validateOperation(schema, parse(twice), limits).map(({ message }) => message)).toContain(
      'There can be only one fragment named "F".',
    )
  })
})
