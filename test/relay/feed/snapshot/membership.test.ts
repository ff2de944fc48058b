import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LazyDocument } from '../../../../src/bson/codec/lazy-document.ts'
import { type BsonDocument, type BsonValue, doc, Int32 } from '../../../../src/bson/values.ts'
import type { Change } from '../../../../src/relay/changes/change.ts'
import { madeChange } from '../../../../src/relay/changes/to-change.ts'
import { compileWhere } from '../../../../src/relay/changes/where.ts'
import { toMemberChange } from '../../../../src/relay/feed/snapshot/membership.ts'

/** What a document is at a time: a number, or not there. Those that are even match. */
type Version = number | null

/** What is done to one document, and how its readers come to know. */
interface Step {
  readonly to: Version
  readonly isReplace: boolean
  /** Whether the server has what it was before. */
  readonly hasPreImage: boolean
  /** How many steps later the document is looked up. */
  readonly lookedUpAfter: number
}

/** What is asked for. */
const KEPT = { hidesPreImages: false }

const isMember = compileWhere(doc({ 'fullDocument.even': true }))

const document = (version: Version): BsonDocument | null =>
  version === null ? null : doc({ _id: new Int32(1), n: new Int32(version), even: version % 2 === 0 })

const nOf = (image: unknown): Version => (image instanceof LazyDocument ? (image.value('n') as Int32).value : null)

/** The event of a step; `undefined` where nothing happens. */
function eventOf(from: Version, { to, isReplace, hasPreImage }: Step, current: Version): Change | undefined {
  const type = to === null ? 'delete' : from === null ? 'insert' : isReplace ? 'replace' : 'update'
  if (from === null && to === null) return undefined
  const fields: [string, BsonValue][] = [
    ['operationType', type],
    ['documentKey', doc({ _id: new Int32(1) })],
  ]
  if (type !== 'delete') fields.push(['fullDocument', document(type === 'update' ? current : to)])
  if (type !== 'insert') fields.push(['fullDocumentBeforeChange', hasPreImage ? document(from) : null])
  return madeChange('00', new Map(fields))
}

function apply(state: Version, change: Change): Version {
  const { event } = change
  if (event.value('operationType') === 'delete') return null
  const image = event.field('fullDocument')
  return image instanceof LazyDocument ? nOf(image) : state
}

const version = fc.oneof(fc.constant(null), fc.nat({ max: 9 }))
const step: fc.Arbitrary<Step> = fc.record({
  to: version,
  isReplace: fc.boolean(),
  hasPreImage: fc.boolean(),
  lookedUpAfter: fc.nat({ max: 3 }),
})

describe('the changes of the documents that match', () => {
  it('lead whoever applies them to what matches in the end, however late documents and pre-images are had', () => {
    fc.assert(
      fc.property(version, fc.array(step, { maxLength: 12 }), fc.nat(), (first, steps, readAt) => {
        const versions = [first, ...steps.map(({ to }) => to)]
        // the snapshot reads the document at any time after its beginning
        const read = versions[readAt % versions.length] ?? null
        let state: Version = read !== null && read % 2 === 0 ? read : null
        let lookedUpAt = 0
        steps.forEach((one, index) => {
          // what is looked up later is not older
          lookedUpAt = Math.min(steps.length, Math.max(lookedUpAt, index + 1 + one.lookedUpAfter))
          const change = eventOf(versions[index] ?? null, one, versions[lookedUpAt] ?? null)
          const seen = change && toMemberChange(change, isMember, KEPT)
          if (seen) state = apply(state, seen)
          if (seen && seen.event.value('operationType') !== 'delete') expect(isMember(seen.event)).toBe(true)
        })
        const last = versions.at(-1) ?? null
        expect(state).toBe(last !== null && last % 2 === 0 ? last : null)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['an update of one that did not match', 'insert', 1, 2, true],
    ['an update of one that may have matched', 'update', 1, 2, false],
    ['an update of one that matched', 'update', 4, 2, true],
    ['one that stops to match', 'delete', 2, 3, true],
    ['one that may have stopped to match', 'delete', 2, 3, false],
    ['one that still does not match', undefined, 1, 3, true],
    ['a delete of one that did not match', undefined, 1, null, true],
    ['a delete of one that may have matched', 'delete', 1, null, false],
  ])('are for %s: %s', (_, expected, from, to, hasPreImage) => {
    const change = eventOf(from, { to, isReplace: false, hasPreImage, lookedUpAfter: 0 }, to)
    const seen = change && toMemberChange(change, isMember, KEPT)
    expect(seen?.event.value('operationType')).toBe(expected)
    if (expected === 'delete' && to !== null) expect(seen?.event.value('fullDocument')).toBeUndefined()
  })

  it.each(['drop', 'rename', 'dropDatabase'])('have what happens to the collection: %s', (operationType) => {
    const change = madeChange('00', new Map([['operationType', operationType]]))
    expect(toMemberChange(change, isMember, KEPT)).toBe(change)
  })

  it('have nothing of what is about no document', () => {
    const change = madeChange('00', new Map([['operationType', 'createIndexes']]))
    expect(toMemberChange(change, isMember, KEPT)).toBeUndefined()
  })
})
