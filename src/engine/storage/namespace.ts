import { CommandError } from '../../bson/command-error.ts'

/** The longest namespace `db.coll`, in bytes. */
const MAX_NAMESPACE_BYTES = 255

/**
 * Checks a database's name.
 * @throws CommandError InvalidNamespace
 * @see https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions
 */
export function checkDatabaseName(db: string): void {
  if (db === '' || db.length > 63 || /[/\\. "$\0]/.test(db)) {
    throw new CommandError('InvalidNamespace', `Invalid database name: '${db}'`)
  }
}

/**
 * Checks that a collection of this name may be created.
 * @throws CommandError InvalidNamespace
 */
export function checkNamespace(db: string, coll: string): void {
  checkDatabaseName(db)
  if (coll === '' || coll.includes('\0') || coll.startsWith('.')) {
    throw new CommandError('InvalidNamespace', `Invalid namespace specified '${db}.${coll}'`)
  }
  if (coll.includes('$')) throw new CommandError('InvalidNamespace', `Invalid collection name: ${coll}`)
  if (coll.startsWith('system.') && coll !== 'system.profile') {
    throw new CommandError('InvalidNamespace', `Invalid system namespace: ${db}.${coll}`)
  }
  if (Buffer.byteLength(`${db}.${coll}`) > MAX_NAMESPACE_BYTES) {
    throw new CommandError('InvalidNamespace', `Fully qualified namespace is too long: ${db}.${coll}`)
  }
}
