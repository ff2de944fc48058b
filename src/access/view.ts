import type { Change, ChangeEvent } from '../changes/change.ts'
import { fieldsOf } from '../changes/match/values.ts'
import type { ImageOptions } from '../changes/open-stream.ts'
import type { Scope } from '../changes/scope.ts'
import { restrictEvent } from './restrict-event.ts'
import type { TokenSeal } from './token-seal.ts'
import type { Verdict } from './verdict.ts'

/** A change as a caller sees it; `undefined` when he sees nothing of it. */
export type View = (change: Change) => Change | undefined

/** What {@link createView} needs to know of a caller. */
export interface ViewOptions {
  readonly scope: Scope
  /** The images that the caller asked for. The change may hold more. */
  readonly images: ImageOptions
  readonly seal: TokenSeal
  /** What the caller may see of a collection, or of a database or deployment as a whole; `undefined` when nothing. */
  readonly verdictOf: (scope: Scope) => Verdict | undefined
}

/** The seen event as BSON is not known, and the original must not be looked at by accident. */
const NO_BYTES = new Uint8Array()

/**
 * Makes a caller's view of the change stream: as if the deployment held nothing but what he may see. Gives new events and
 * leaves the original ones as they are. Tokens in them are sealed.
 *
 * An event is judged by its own namespace; `dropDatabase` by whether all of the database may be seen, and one without a
 * namespace, such as `invalidate`, by whether all of what the caller watches may be. A name that `rename` tells is left out
 * where it may not be seen.
 *
 * Cost: once per event and cohort. A copy of the event's own fields and a sealed token; with a row filter up to two tests of a
 * document, with a field filter a walk over the documents in the event.
 */
export function createView({ scope, images, seal, verdictOf }: ViewOptions): View {
  return (change) => {
    const { event } = change
    const ns = event['ns']
    const verdict = judge(isPresent(ns) ? scopeOf(ns) : scope)
    if (!verdict) return undefined
    const seen = verdict.test || verdict.fields ? restrictEvent(event, verdict) : event
    if (!seen || verdict.operationTypes?.has(seen.operationType) === false) return undefined
    const resumeToken = seal.seal(change.resumeToken)
    return { resumeToken, event: withoutUnasked(seen, resumeToken), raw: NO_BYTES }
  }

  function judge(namespace: Scope | undefined): Verdict | undefined {
    return namespace && verdictOf(namespace)
  }

  function withoutUnasked(event: ChangeEvent, resumeToken: string): ChangeEvent {
    const hidden = new Set<string>()
    if (event.operationType === 'update' && images.fullDocument === 'default') hidden.add('fullDocument')
    if (images.fullDocumentBeforeChange === 'off') hidden.add('fullDocumentBeforeChange')
    // a description of the whole says the new name again
    if (isPresent(event['to']) && !judge(scopeOf(event['to']))) hidden.add('to').add('operationDescription')
    const left = Object.keys(event).filter((name) => !hidden.has(name))
    // the operation type is among them
    return {
      ...Object.fromEntries(left.map((name) => [name, event[name]])),
      _id: { _data: resumeToken },
    } as unknown as ChangeEvent
  }
}

function scopeOf(ns: unknown): Scope | undefined {
  const { db, coll } = fieldsOf(ns) ?? {}
  if (typeof db !== 'string') return undefined
  if (coll === undefined) return { db }
  return typeof coll === 'string' ? { db, coll } : undefined
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}
