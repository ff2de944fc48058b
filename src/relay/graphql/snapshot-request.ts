import { type BsonDocument, type BsonValue, isDocument } from '../../bson/values.ts'
import { badUserInput } from '../../errors.ts'
import type { StreamOptions } from '../changes/stream-options.ts'
import type { SnapshotRequest } from '../feed/request.ts'
import type { ChangesArgs } from './changes-request.ts'

/** Fields of an event that say what a document is, and not what has happened to it. */
const ABOUT_THE_DOCUMENT = new Set(['fullDocument', 'documentKey', 'ns'])

const LOGICAL = new Set(['$and', '$or', '$nor'])

/**
 * Checks the arguments of `changes` that go with `snapshot`.
 *
 * @param where the filter, where there is one
 * @throws RelayError `BAD_USER_INPUT`
 */
export function toSnapshotRequest(args: ChangesArgs, where: BsonDocument | undefined): SnapshotRequest {
  if (!isGiven(args.db) || !isGiven(args.coll)) throw badUserInput('`snapshot` needs `db` and `coll`: a collection')
  for (const name of ['startAtOperationTime', 'last'] as const) {
    if (isGiven(args[name])) throw badUserInput(`\`snapshot\` begins with what is there: leave out \`${name}\``)
  }
  if (where && args.fullDocument === 'WHEN_AVAILABLE') {
    const why = 'whether an update without a post-image matches `where` cannot be known'
    throw badUserInput(`\`snapshot\` with \`where\` takes no \`fullDocument: WHEN_AVAILABLE\`: ${why}`)
  }
  const other = where && otherFieldIn(where)
  if (other !== undefined) {
    const fields = [...ABOUT_THE_DOCUMENT].map((name) => `\`${name}\``).join(', ')
    throw badUserInput(
      `With \`snapshot\`, \`where\` takes conditions on ${fields} and below; got ${JSON.stringify(other)}`,
    )
  }
  return {
    isRenewed: args.snapshot === 'ON_HISTORY_LOST',
    hidesPreImages: where !== undefined && args.fullDocumentBeforeChange === 'OFF',
  }
}

/**
 * The images that a change stream has to have for a snapshot: the documents of updates, and, where a filter tells which
 * documents there are, what they were before, if the server knows that.
 */
export function imagesForSnapshot(asked: StreamOptions, hasFilter: boolean): StreamOptions {
  const { fullDocument, fullDocumentBeforeChange } = asked
  return {
    ...asked,
    fullDocument: fullDocument === 'default' ? 'updateLookup' : fullDocument,
    fullDocumentBeforeChange:
      hasFilter && fullDocumentBeforeChange === 'off' ? 'whenAvailable' : fullDocumentBeforeChange,
  }
}

/** A field of a filter that is about something else than a document. */
function otherFieldIn(filter: BsonDocument): string | undefined {
  for (const [name, value] of filter) {
    if (LOGICAL.has(name)) {
      const other = branchesOf(value).map(otherFieldIn).find(isGiven)
      if (other !== undefined) return other
    } else if (!name.startsWith('$') && !ABOUT_THE_DOCUMENT.has(name.split('.', 1)[0] ?? '')) return name
  }
  return undefined
}

function branchesOf(value: BsonValue): readonly BsonDocument[] {
  return Array.isArray(value) ? value.filter(isDocument) : []
}

function isGiven<T>(value: T): value is NonNullable<T> {
  return value !== null && value !== undefined
}
