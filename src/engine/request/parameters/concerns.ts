import { doc, Int32, isDocument, isNumber, toNumber, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import type { Request } from '../../wire/message.ts'
import type { Command, Reply } from '../command.ts'
import { DOCUMENT_WRITES, opensChangeStream, WRITES } from '../kinds.ts'
import { checkType } from '../../parameters/shape.ts'

const LEVELS = ['local', 'majority', 'linearizable', 'available', 'snapshot']
const IN_TRANSACTION = ['local', 'majority', 'snapshot']
/** Whose writes are acknowledged by members. */
const ACKNOWLEDGED = new Set([...WRITES, 'aggregate'])
/** The most members that a set can have. */
const MAX_MEMBERS = 50

/**
 * Checks `readConcern`. One member has the newest data always, so that all levels read the same; only a snapshot that
 * outlasts the command is not to be had outside a transaction.
 * @throws CommandError BadValue, TypeMismatch, InvalidOptions as the server; CommandNotSupported for a snapshot
 */
export function checkReadConcern({ name }: Command, { body }: Request): void {
  const concern = body.get('readConcern')
  if (!isDocument(concern)) return
  checkType('readConcern.level', concern.get('level'), 'string')
  for (const field of ['afterClusterTime', 'atClusterTime'])
    checkType(`readConcern.${field}`, concern.get(field), 'timestamp')
  const level = concern.get('level') ?? 'local'
  if (typeof level !== 'string' || !LEVELS.includes(level)) {
    const shown = typeof level === 'string' ? level : ''
    throw new CommandError(
      'BadValue',
      `Enumeration value '${shown}' for field 'readConcern.level' is not a valid value.`,
    )
  }
  if (body.has('autocommit')) return checkInTransaction(body, level)
  if (DOCUMENT_WRITES.has(name) && level !== 'local') {
    throw new CommandError('InvalidOptions', `Command ${name} does not support { readConcern: { level: "${level}" } }`)
  }
  if (opensChangeStream(body) && concern.has('level') && level !== 'majority') {
    const why = "Aggregation stage $changeStream cannot run with a readConcern other than 'majority'."
    throw new CommandError('InvalidOptions', `${why} Current readConcern: ${level}`)
  }
  if (level === 'snapshot') {
    const text = 'Read concern snapshot outside a transaction is not supported by the embedded engine'
    throw new CommandError('CommandNotSupported', text)
  }
}

function checkInTransaction(body: BsonDocument, level: string): void {
  if (body.get('startTransaction') !== true) {
    throw new CommandError('InvalidOptions', 'Only the first command in a transaction may specify a readConcern')
  }
  if (IN_TRANSACTION.includes(level)) return
  const text =
    "The readConcern level must be either 'local' (default), 'majority' or 'snapshot' in order to run in a transaction"
  throw new CommandError('InvalidOptions', text)
}

/**
 * Checks `writeConcern`.
 * @throws CommandError FailedToParse, TypeMismatch as the server
 */
export function checkWriteConcern({ body }: Request): void {
  const concern = body.get('writeConcern')
  if (!isDocument(concern)) return
  checkType('writeConcern.wtimeout', concern.get('wtimeout'), 'number')
  for (const field of ['j', 'fsync']) checkType(`writeConcern.${field}`, concern.get(field), 'flag')
  const w = concern.get('w') ?? 1
  if (typeof w === 'string' || isDocument(w)) return
  if (w !== 1 && !isNumber(w)) throw new CommandError('FailedToParse', 'w has to be a number, string, or object')
  const members = w === 1 ? 1 : toNumber(w)
  if (members >= 0 && members <= MAX_MEMBERS) return
  const text = `w has to be a non-negative number and not greater than ${MAX_MEMBERS}; found: ${members}`
  throw new CommandError('FailedToParse', text)
}

/** The reply with what became of the write concern: more members than there are never acknowledge. */
export function withWriteConcern({ name }: Command, { body }: Request, fields: Reply): Reply {
  const concern = body.get('writeConcern')
  if (!ACKNOWLEDGED.has(name) || !isDocument(concern) || fields.has('writeConcernError')) return fields
  const error = unsatisfied(concern.get('w') ?? null)
  if (!error) return fields
  const [code, codeName, errmsg] = error
  const errInfo = doc({ writeConcern: new Map<string, BsonValue>([...concern, ['provenance', 'clientSupplied']]) })
  return new Map([...fields, ['writeConcernError', doc({ code: new Int32(code), codeName, errmsg, errInfo })]])
}

function unsatisfied(w: BsonValue): readonly [code: number, codeName: string, message: string] | undefined {
  if (isNumber(w) && toNumber(w) > 1) return [100, 'UnsatisfiableWriteConcern', 'Not enough data-bearing nodes']
  if (typeof w !== 'string' || w === 'majority') return undefined
  return [79, 'UnknownReplWriteConcern', `No write concern mode named '${w}' found in replica set configuration`]
}
