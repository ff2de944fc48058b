import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPolicy } from '../../../src/relay/access/rules/policy.ts'
import { ANONYMOUS } from '../../../src/relay/auth/principal/principal.ts'
import type { FieldRule, Rule } from '../../../src/relay/access/rules/rule.ts'
import type { StreamOptions } from '../../../src/relay/changes/stream-options.ts'
import { plainOf } from '../../support/documents.ts'
import { changeOf } from './events.ts'
import { isVisible, leavesOf, mayBeNamed, namesOf } from './oracle.ts'
import { type Fields, type Update, updates, type Value } from './truthful-updates.ts'

const NS = { db: 'shop', coll: 'orders' }
const IMAGES: StreamOptions = {
  fullDocument: 'whenAvailable',
  fullDocumentBeforeChange: 'whenAvailable',
  showExpandedEvents: false,
}
const RUNS = 1_000

const fieldPaths = fc
  .array(fc.constantFrom('a', 'b', 'c', '$x', '__proto__', 'constructor'), { minLength: 1, maxLength: 3 })
  .map((components) => components.join('.'))
  .filter((path) => !path.startsWith('$'))

const fieldRules: fc.Arbitrary<FieldRule> = fc
  .tuple(fc.boolean(), fc.array(fieldPaths, { minLength: 1, maxLength: 4 }))
  .map(([isAllowing, paths]) => (isAllowing ? { allow: paths } : { remove: paths }))

type Seen = Record<string, unknown> | undefined

function see(rule: Omit<Rule, 'namespaces'>, type: string, fields: Record<string, unknown>): Seen {
  const policy = createPolicy({ rules: [{ namespaces: ['shop.*'], ...rule }], tokenSecret: 'x'.repeat(32) })
  const { restriction } = policy.grantFor(ANONYMOUS, NS)
  const seen = restriction?.viewFor(IMAGES)(changeOf(type, { ns: NS, ...fields }))
  return seen && plainOf(seen.event.decode())
}

/** What is sent of an event. */
const textOf = (event: unknown) => JSON.stringify(event ?? null)

/** The marks of leaves, by whether a rule leaves them. */
function marksOf(rule: FieldRule, value: unknown): { readonly visible: string[]; readonly hidden: string[] } {
  // the generators make nothing else
  const marked = leavesOf(value as Value).filter((leaf) => typeof leaf.value === 'string')
  const marks = (wanted: boolean) =>
    marked.filter(({ keys }) => isVisible(rule, keys) === wanted).map(({ value: mark }) => String(mark))
  return { visible: marks(true), hidden: marks(false) }
}

/** The visible leaves with their places, in order. */
const visibleLeaves = (rule: FieldRule, document: Fields) =>
  JSON.stringify(leavesOf(document).filter(({ keys }) => isVisible(rule, keys)))

function eventOf({ before, after, description }: Update, type: string): Record<string, unknown> {
  return {
    ...(type === 'delete' ? {} : { fullDocument: after }),
    documentKey: before,
    ...(type === 'update' ? { updateDescription: description } : {}),
    ...(type === 'insert' ? {} : { fullDocumentBeforeChange: before }),
  }
}

const types = fc.constantFrom('update', 'update', 'update', 'insert', 'replace', 'delete')

describe('whatever the documents, the update and the rule', () => {
  it('no value of a hidden field is sent, and every visible one of a document', () => {
    fc.assert(
      fc.property(updates, fieldRules, types, (update, rule, type) => {
        const event = eventOf(update, type)
        const text = textOf(see({ fields: rule }, type, event))
        const parts = [event['fullDocument'], event['fullDocumentBeforeChange'], update.description['updatedFields']]
        for (const part of parts) {
          for (const mark of marksOf(rule, part ?? null).hidden) expect(text).not.toContain(mark)
        }
        if (text === 'null') return
        for (const part of parts.slice(0, 2)) {
          for (const mark of marksOf(rule, part ?? null).visible) expect(text).toContain(mark)
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('no hidden field is named', () => {
    fc.assert(
      fc.property(updates, fieldRules, types, (update, rule, type) => {
        const seen = see({ fields: rule }, type, eventOf(update, type))
        if (!seen) return
        const description = (seen['updateDescription'] ?? {}) as Record<string, Value>
        const names = [
          ...['fullDocument', 'fullDocumentBeforeChange', 'documentKey'].flatMap((name) =>
            namesOf((seen[name] ?? null) as Value),
          ),
          ...namesOf(description['updatedFields'] ?? null),
          ...((description['removedFields'] ?? []) as string[]),
          ...((description['truncatedArrays'] ?? []) as unknown as { field: string }[]).map(({ field }) => field),
          ...Object.keys(description['disambiguatedPaths'] ?? {}),
        ]
        expect(names.filter((name) => !mayBeNamed(rule, name))).toEqual([])
      }),
      { numRuns: RUNS },
    )
  })

  it('an update that changes something visible is delivered, with the values that are new', () => {
    let delivered = 0
    let gone = 0
    fc.assert(
      fc.property(updates, fieldRules, (update, rule) => {
        const seen = see({ fields: rule }, 'update', eventOf(update, 'update'))
        if (visibleLeaves(rule, update.before) === visibleLeaves(rule, update.after)) return
        delivered++
        const removed = (seen?.['updateDescription'] as Update['description'] | undefined)?.[
          'removedFields'
        ] as string[]
        if (removed.some((name) => !(update.description['removedFields'] as string[]).includes(name))) gone++
        expect(seen?.['operationType']).toBe('update')
        const description = textOf(seen?.['updateDescription'])
        for (const mark of marksOf(rule, update.description['updatedFields']).visible)
          expect(description).toContain(mark)
      }),
      { numRuns: RUNS },
    )
    expect(delivered).toBeGreaterThan(RUNS / 20)
    // a scalar took the place of what something was allowed of
    expect(gone).toBeGreaterThan(0)
  })

  it('a document is there for a caller exactly while it matches', () => {
    const tenants = fc.constantFrom<Value>('mine', 'theirs', null, ['theirs', 'mine'], { t: 'mine' }, [])
    const isMine = (document: Fields) => [document['tenant']].flat().includes('mine')
    const tally = new Map<string, number>()
    fc.assert(
      fc.property(
        updates,
        tenants,
        tenants,
        fieldRules,
        types,
        fc.boolean(),
        fc.boolean(),
        (update, was, is, fields, type, hasBefore, hasAfter) => {
          const before = { ...update.before, tenant: was }
          const after = { ...update.after, tenant: is }
          const isComplete = type === 'insert' || type === 'replace'
          const event = {
            ...eventOf({ ...update, before, after }, type),
            documentKey: { _id: 1 },
            ...(type === 'insert' || hasBefore ? {} : { fullDocumentBeforeChange: null }),
            ...(isComplete || type === 'delete' || hasAfter ? {} : { fullDocument: null }),
          }
          // `tenant` itself decides about rows, and is hidden or not as any other field
          const seen = see({ where: { tenant: 'mine' }, fields }, type, event)
          const expected = expectedType(type, {
            was: type === 'insert' ? false : hasBefore ? isMine(before) : undefined,
            is: type === 'delete' ? false : isComplete || hasAfter ? isMine(after) : undefined,
          })
          const known = `${type} as ${String(expected)}`
          tally.set(known, (tally.get(known) ?? 0) + 1)
          // an update of nothing visible is none
          if (seen !== undefined || type !== 'update' || expected !== 'update') {
            expect(seen?.['operationType']).toBe(expected)
          }
          const text = textOf(seen)
          const secret = [...(isMine(before) ? [] : [before]), ...(isMine(after) ? [] : [after])]
          const open = [...(isMine(before) ? [before] : []), ...(isMine(after) ? [after] : [])]
          const openMarks = new Set(open.flatMap((document) => marksOf(fields, document).visible))
          for (const document of secret) {
            for (const { value } of leavesOf(document)) {
              if (typeof value === 'string' && value.startsWith('<') && !openMarks.has(value)) {
                expect(text).not.toContain(value)
              }
            }
          }
        },
      ),
      { numRuns: RUNS },
    )
    // all ways to move were there
    expect([...tally.keys()].sort()).toEqual([
      'delete as delete',
      'delete as undefined',
      'insert as insert',
      'insert as undefined',
      'replace as delete',
      'replace as insert',
      'replace as replace',
      'replace as undefined',
      'update as delete',
      'update as insert',
      'update as undefined',
      'update as update',
    ])
  })
})

/** The table of `docs/access.md`, where `undefined` is an image that is missing. */
function expectedType(type: string, { was, is }: { was: boolean | undefined; is: boolean | undefined }) {
  if (type === 'replace' && was === undefined) return is === true ? 'replace' : undefined
  if (was === undefined || is === undefined) return undefined
  if (was && is) return type
  if (is) return 'insert'
  return was ? 'delete' : undefined
}
