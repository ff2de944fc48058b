import { badUserInput, RelayError } from '../../errors.ts'

/**
 * What a change stream watches: a collection (`db` and `coll`), a database (`db` alone) or the deployment (neither).
 */
export interface Scope {
  readonly db?: string
  readonly coll?: string
}

/** Limits of https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions, in UTF-8 bytes. */
const MAX_DB_BYTES = 63
const MAX_NAMESPACE_BYTES = 255

const FORBIDDEN_IN_DB = /[/\\. "$\0]/

/** Databases of MongoDB's own. */
const INTERNAL_DBS = new Set(['admin', 'config', 'local'])

/**
 * Whether a scope is internal to MongoDB, so that no one may watch or see it: `admin`, `config`, `local`, `system.*`.
 */
export function isInternalScope({ db, coll }: Scope): boolean {
  return (db !== undefined && INTERNAL_DBS.has(db)) || (coll !== undefined && coll.startsWith('system.'))
}

/**
 * Checks the two names of a scope as MongoDB would, before anything is sent to a server.
 *
 * @throws RelayError `BAD_USER_INPUT` for `coll` without `db`, and for a name that MongoDB does not allow; `FORBIDDEN`
 *   for a collection that is internal to MongoDB
 */
export function toScope(db: string | null | undefined, coll: string | null | undefined): Scope {
  if (db === null || db === undefined) {
    if (coll !== null && coll !== undefined) throw badUserInput('`coll` needs `db`: say which database it is in')
    return {}
  }
  requireDbName(db)
  if (coll === null || coll === undefined) return { db }
  requireCollName(db, coll)
  return { db, coll }
}

/**
 * Reads `db.coll` or `db`, as on the command line. The first dot separates: collection names may hold dots.
 *
 * @throws RelayError `BAD_USER_INPUT` when either name is not allowed
 */
export function parseNamespace(text: string): Scope {
  const dot = text.indexOf('.')
  return dot < 0 ? toScope(text, undefined) : toScope(text.slice(0, dot), text.slice(dot + 1))
}

/** One string for each distinct scope, for maps. A database name cannot hold a dot, so that none collide. */
export function scopeKey(scope: Scope): string {
  if (scope.db === undefined) return ''
  return scope.coll === undefined ? scope.db : `${scope.db}.${scope.coll}`
}

function requireDbName(db: string): void {
  if (db === '') throw badUserInput('The database name is empty')
  if (FORBIDDEN_IN_DB.test(db)) {
    throw badUserInput(`The database name ${JSON.stringify(db)} holds a character that MongoDB does not allow`)
  }
  if (Buffer.byteLength(db) > MAX_DB_BYTES) throw badUserInput(`The database name is longer than ${MAX_DB_BYTES} bytes`)
}

function requireCollName(db: string, coll: string): void {
  if (coll === '') throw badUserInput('The collection name is empty')
  if (coll.includes('\0') || coll.includes('$') || coll.startsWith('.') || coll.endsWith('.')) {
    throw badUserInput(`The collection name ${JSON.stringify(coll)} is not one that MongoDB allows`)
  }
  if (coll.startsWith('system.')) {
    const message = 'The collection is internal to MongoDB and cannot be watched'
    throw new RelayError('FORBIDDEN', message)
  }
  if (Buffer.byteLength(`${db}.${coll}`) > MAX_NAMESPACE_BYTES) {
    throw badUserInput(`The namespace is longer than ${MAX_NAMESPACE_BYTES} bytes`)
  }
}
