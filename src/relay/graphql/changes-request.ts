import type { Grant } from '../access/rules/policy.ts'
import type { StreamOptions } from '../changes/stream-options.ts'
import { fromTokenString } from '../changes/tokens/resume-token.ts'
import { isSnapshotToken } from '../changes/tokens/snapshot-token.ts'
import { toScope } from '../changes/scope.ts'
import { imagesForSnapshot, toSnapshotRequest } from './snapshot-request.ts'
import { fromTimestampInput } from '../changes/timestamp.ts'
import { readEjsonDocument } from '../changes/read-ejson.ts'
import type { BsonDocument } from '../../bson/values.ts'
import { shareWhere } from '../changes/where.ts'
import { badUserInput, RelayError } from '../../errors.ts'
import { type ChangesRequest, MAX_LAST } from '../feed/request.ts'
import { hasMoreBytes } from '../../util/text-bytes.ts'
import type {
  FullDocument,
  FullDocumentBeforeChange,
  Snapshot,
  SubscriptionChangesArgs,
} from './schema/schema.generated.ts'

/** The arguments of `changes`, where those with defaults are always there. */
export type ChangesArgs = SubscriptionChangesArgs &
  Required<Pick<SubscriptionChangesArgs, 'fullDocument' | 'fullDocumentBeforeChange' | 'format'>> & {
    readonly showExpandedEvents: boolean
  }

/** The values of arguments that have a few, the default first. */
export const CHOICES = {
  fullDocument: ['DEFAULT', 'UPDATE_LOOKUP', 'WHEN_AVAILABLE', 'REQUIRED'],
  fullDocumentBeforeChange: ['OFF', 'WHEN_AVAILABLE', 'REQUIRED'],
  format: ['RELAXED', 'CANONICAL'],
} as const satisfies Readonly<Partial<Record<keyof ChangesArgs, readonly string[]>>>

/** The values of `snapshot`, which has no default. */
export const SNAPSHOTS = ['FIRST', 'ON_HISTORY_LOST'] as const satisfies readonly Snapshot[]

const FULL_DOCUMENT: Readonly<Record<FullDocument, StreamOptions['fullDocument']>> = {
  DEFAULT: 'default',
  UPDATE_LOOKUP: 'updateLookup',
  WHEN_AVAILABLE: 'whenAvailable',
  REQUIRED: 'required',
}

const BEFORE_CHANGE: Readonly<Record<FullDocumentBeforeChange, StreamOptions['fullDocumentBeforeChange']>> = {
  OFF: 'off',
  WHEN_AVAILABLE: 'whenAvailable',
  REQUIRED: 'required',
}

/** An operation type's shape. Any name is taken, because servers add new ones. */
const OPERATION_TYPE = /^[A-Za-z]{1,64}$/

/** More names than there will ever be. */
const MAX_OPERATION_TYPES = 64

/** What is known of a caller besides the arguments. */
export interface Caller {
  /** Where an `EventSource` left off; overrides the position in the arguments. */
  readonly lastEventId: string | undefined
  /** What they may see of what they ask for. */
  readonly grant: Grant
  /** Longest resume token taken, in bytes. */
  readonly maxTokenBytes: number
}

/**
 * Checks the arguments of `changes` and turns them into a request.
 *
 * @throws RelayError `BAD_USER_INPUT` or `RESUME_TOKEN_INVALID`, before anything is asked of a server
 */
export function toChangesRequest(args: ChangesArgs, caller: Caller): ChangesRequest {
  const { operationTypes, where } = args
  const { lastEventId, grant } = caller
  const scope = toScope(args.db, args.coll)
  const filter = isGiven(where) ? readEjsonDocument(where, '`where`') : undefined
  const asked: StreamOptions = {
    fullDocument: FULL_DOCUMENT[args.fullDocument],
    fullDocumentBeforeChange: BEFORE_CHANGE[args.fullDocumentBeforeChange],
    showExpandedEvents: args.showExpandedEvents,
  }
  const snapshot = isGiven(args.snapshot) ? toSnapshotRequest(args, filter) : undefined
  const chosen = snapshot ? imagesForSnapshot(asked, filter !== undefined) : asked
  const { restriction } = grant
  return {
    scope,
    chosen: restriction ? restriction.imagesFor(chosen) : chosen,
    ...(restriction ? { view: restriction.viewFor(chosen) } : {}),
    ...(args.announceStart === true ? { announceStart: true } : {}),
    ...(args.announceInterruptions === true ? { announceInterruptions: true } : {}),
    ...(args.announcePositions === true ? { announcePositions: true } : {}),
    start:
      lastEventId === undefined ? toStart(args, caller) : toTokenPosition(lastEventId, caller, snapshot !== undefined),
    ...(isGiven(operationTypes) ? { operationTypes: toOperationTypes(operationTypes) } : {}),
    ...(filter ? toFilter(filter) : {}),
    ...(snapshot ? { snapshot } : {}),
  }
}

function toFilter(where: BsonDocument): Pick<ChangesRequest, 'matches' | 'filterKey' | 'filterBytes'> {
  const { matches, key, bytes } = shareWhere(where)
  return { matches, filterKey: key, filterBytes: bytes }
}

function toStart(
  { startAfter, startAtOperationTime, last, snapshot }: ChangesArgs,
  caller: Caller,
): ChangesRequest['start'] {
  if ([startAfter, startAtOperationTime, last].filter(isGiven).length > 1) {
    throw badUserInput('Give one of `startAfter`, `startAtOperationTime` and `last`, not several')
  }
  if (isGiven(startAfter)) return toTokenPosition(startAfter, caller, isGiven(snapshot))
  if (isGiven(startAtOperationTime)) return { at: fromTimestampInput(startAtOperationTime, '`startAtOperationTime`') }
  if (!isGiven(last)) return isGiven(snapshot) ? { isAnew: false } : 'now'
  if (last < 0 || last > MAX_LAST) throw badUserInput(`\`last\` must be from 0 to ${MAX_LAST}, but is ${last}`)
  return { last }
}

function toTokenPosition(
  token: unknown,
  { grant, maxTokenBytes }: Caller,
  isSnapshot: boolean,
): ChangesRequest['start'] {
  if (typeof token !== 'string') throw invalidToken('A resume token is a string')
  if (hasMoreBytes(token, maxTokenBytes))
    throw invalidToken(`The resume token is longer than the ${maxTokenBytes} bytes that \`maxTokenBytes\` allows`)
  const { restriction } = grant
  const opened = restriction ? restriction.seal.open(token) : token
  if (isSnapshotToken(opened) && !isSnapshot) {
    throw invalidToken('The resume token is a place in a snapshot: continue with the same `snapshot`')
  }
  return { after: fromTokenString(opened) }
}

function invalidToken(message: string): RelayError {
  return new RelayError('RESUME_TOKEN_INVALID', message)
}

function toOperationTypes(names: readonly string[]): ReadonlySet<string> {
  if (names.length === 0) throw badUserInput('`operationTypes` is empty, so that nothing would ever be delivered')
  if (names.length > MAX_OPERATION_TYPES)
    throw badUserInput(`\`operationTypes\` has more than ${MAX_OPERATION_TYPES} names`)
  const odd = names.find((name) => !OPERATION_TYPE.test(name))
  if (odd !== undefined)
    throw badUserInput(`\`operationTypes\`: ${JSON.stringify(odd)} is not the name of an operation`)
  return new Set(names)
}

function isGiven<T>(value: T): value is NonNullable<T> {
  return value !== null && value !== undefined
}
