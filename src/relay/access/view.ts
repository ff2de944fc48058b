import { isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import type { Change } from '../changes/change.ts'
import type { StreamOptions } from '../changes/stream-options.ts'
import type { Scope } from '../changes/scope.ts'
import { madeChange } from '../changes/to-change.ts'
import { restrictEvent } from './restrict-event.ts'
import type { TokenSeal } from './token-seal.ts'
import type { Visibility } from './visibility.ts'

/** A change as a caller sees it; `undefined` when they see nothing of it. */
export type View = (change: Change) => Change | undefined

/** What {@link createView} needs to know of a caller. */
export interface ViewOptions {
  readonly scope: Scope
  /** The images that the caller asked for. The change may hold more. */
  readonly images: StreamOptions
  readonly seal: TokenSeal
  /** What the caller may see of a collection, or of a database or deployment as a whole; `undefined` when nothing. */
  readonly visibilityOf: (scope: Scope) => Visibility | undefined
}

/**
 * Makes a caller's view of the change stream: as if the deployment held only what they may see. Gives new events and
 * leaves the original ones as they are. Tokens in them are sealed.
 *
 * An event is judged by its own namespace; `dropDatabase` by whether all of the database may be seen, and one without a
 * namespace, such as `invalidate`, by whether all of what the caller watches may be. A name that `rename` tells is left
 * out where it may not be seen, and so is what a view is made of, where not all of the database may be.
 *
 * Cost: once per event and cohort. The event is decoded and encoded again, its token sealed; with a row filter up to
 * two tests of a document, with a field filter a walk over the documents in the event.
 */
export function createView({ scope, images, seal, visibilityOf }: ViewOptions): View {
  return (change) => {
    const { event } = change
    const ns = event.value('ns')
    const visibility = visibilityIn(isPresent(ns) ? scopeOf(ns) : scope)
    if (!visibility) return undefined
    const seen = visibility.test || visibility.fields ? restrictEvent(event, visibility) : event.decode()
    // a string in every event
    if (!seen || visibility.operationTypes?.has(seen.get('operationType') as string) === false) return undefined
    return madeChange(seal.seal(change.resumeToken), withoutUnasked(seen))
  }

  function visibilityIn(namespace: Scope | undefined): Visibility | undefined {
    return namespace && visibilityOf(namespace)
  }

  function withoutUnasked(event: BsonDocument): BsonDocument {
    const hidden = new Set<string>()
    if (event.get('operationType') === 'update' && images.fullDocument === 'default') hidden.add('fullDocument')
    if (images.fullDocumentBeforeChange === 'off') hidden.add('fullDocumentBeforeChange')
    if (namesOthers(event) && !visibilityIn(dbOf(event.get('ns'))))
      hidden.add('operationDescription').add('stateBeforeChange')
    // a description of the whole says the new name again
    if (isPresent(event.get('to')) && !visibilityIn(scopeOf(event.get('to'))))
      hidden.add('to').add('operationDescription')
    return new Map([...event].filter(([name]) => !hidden.has(name)))
  }
}

function scopeOf(ns: BsonValue | undefined): Scope | undefined {
  if (!isDocument(ns)) return undefined
  const db = ns.get('db')
  const coll = ns.get('coll')
  if (typeof db !== 'string') return undefined
  if (coll === undefined) return { db }
  return typeof coll === 'string' ? { db, coll } : undefined
}

/** Whether an event describes a view, which is made of collections that its own name does not tell. */
function namesOthers(event: BsonDocument): boolean {
  const description = event.get('operationDescription')
  return isDocument(description) && (description.has('viewOn') || description.has('pipeline'))
}

function dbOf(ns: BsonValue | undefined): Scope | undefined {
  const db = scopeOf(ns)?.db
  return db === undefined ? undefined : { db }
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}
