import { createHash } from 'node:crypto'
import type { Images } from '../changes/images.ts'
import { type Scope, scopeKey } from '../changes/scope.ts'
import type { StreamOptions } from '../changes/stream-options.ts'

/** One change stream that the backbone has: of what, and with which images. */
export interface LoggedStream extends Images {
  readonly scope: Scope
  readonly showExpandedEvents: boolean
}

/**
 * The change stream that has all that is asked for. There are few, so that who chooses other images finds a log that
 * is there already: documents of updates are looked up in any case, or are those that were recorded.
 */
export function loggedStream({
  scope,
  fullDocument,
  showExpandedEvents,
}: StreamOptions & { readonly scope: Scope }): LoggedStream {
  const isRecorded = fullDocument === 'whenAvailable' || fullDocument === 'required'
  return {
    scope,
    fullDocument: isRecorded ? 'whenAvailable' : 'updateLookup',
    fullDocumentBeforeChange: 'whenAvailable',
    showExpandedEvents,
  }
}

/** How the log of a change stream, and what belongs to it, is called. */
export interface LogNames {
  /** The JetStream stream that holds it. */
  readonly stream: string
  /** The subject that is stored in it. */
  readonly log: string
  /** The subject, stored nowhere, that says how far it is. */
  readonly marks: string
  /** The subject, stored nowhere, that says that somebody reads it. */
  readonly uses: string
}

/** Digits of a hash: enough for as many streams as there may ever be. */
const HASH_DIGITS = 24

/** The names of a log. Equal for all relays of a backbone: nothing needs to be agreed on. */
export function namesOf(backbone: string, stream: LoggedStream): LogNames {
  const { scope, fullDocument, fullDocumentBeforeChange, showExpandedEvents } = stream
  const key = JSON.stringify([scopeKey(scope), fullDocument, fullDocumentBeforeChange, showExpandedEvents])
  const hash = createHash('sha256').update(key).digest('hex').slice(0, HASH_DIGITS)
  const subject = (what: string) => `tailrace.${backbone}.${what}.${hash}`
  return { stream: `${backbone}_${hash}`, log: subject('log'), marks: subject('mark'), uses: subject('use') }
}

/** The subjects of all logs of a backbone. */
export function allLogs(backbone: string): string {
  return `tailrace.${backbone}.log.*`
}

/** The subjects that say which logs are read. */
export function allUses(backbone: string): string {
  return `tailrace.${backbone}.use.*`
}

/** The stream whose use is told at a subject. */
export function streamInUse(backbone: string, subject: string): string {
  return `${backbone}_${subject.split('.').at(-1) ?? ''}`
}

/** The subjects that ingesters answer at: one of them, or all. */
export function askSubjects(backbone: string): { readonly one: string; readonly all: string } {
  return { one: `tailrace.${backbone}.ask`, all: `tailrace.${backbone}.ask.all` }
}
