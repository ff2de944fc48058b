import fc from 'fast-check'
import { valueToEjsonText } from '../../../src/bson/ejson/to-ejson-text.ts'
import { readFilter, toFilterText } from '../../../web/filter/read-filter.ts'
import type { CodeStart, CodeView } from '../../../web/code/code-view.ts'
import { anyDocument } from '../../support/random/arbitrary.ts'

/** A text that could end or change what it is put into. */
export const HOSTILE = `o'r"\`\\x\\\\</script><!-- $\{1}$'\n\u2028\u202e""" %0a`

/** A view of everything, from now on. */
export const PLAIN: CodeView = {
  db: null,
  coll: null,
  where: null,
  operationTypes: null,
  fullDocument: 'DEFAULT',
  fullDocumentBeforeChange: 'OFF',
  start: { kind: 'now' },
  snapshot: null,
}

const name = fc.oneof(fc.constantFrom('shop', 'a.b', HOSTILE, '__proto__', ''), fc.string({ unit: 'grapheme' }))

// an equality of one field, whose value is a document with whatever in it
const where = anyDocument
  .map((value) => `{"a": {"$eq": ${valueToEjsonText(value, 'CANONICAL')}}}`)
  .filter((text) => !text.includes('"$undefined"') && text.length < 5_000)
  .map((text) => readFilter(toFilterText(text))?.where ?? null)

const start = fc.oneof<fc.Arbitrary<CodeStart>[]>(
  fc.constant({ kind: 'now' }),
  fc.nat(100).map((count) => ({ kind: 'last', count })),
  fc.constantFrom('8265F0', '8265F0T0A', 'eyJh').map((resumeToken) => ({ kind: 'after', resumeToken })),
  fc.record({ kind: fc.constant('at'), seconds: fc.nat(), ordinal: fc.nat() }),
)

/** Any view. */
export const anyView: fc.Arbitrary<CodeView> = fc.record({
  db: fc.option(name),
  coll: fc.option(name),
  where: fc.option(where),
  operationTypes: fc.option(fc.array(name)),
  fullDocument: fc.constantFrom('DEFAULT', 'UPDATE_LOOKUP', 'WHEN_AVAILABLE', 'REQUIRED'),
  fullDocumentBeforeChange: fc.constantFrom('OFF', 'WHEN_AVAILABLE', 'REQUIRED'),
  start,
  snapshot: fc.constantFrom(null, 'FIRST', 'ON_HISTORY_LOST'),
})
