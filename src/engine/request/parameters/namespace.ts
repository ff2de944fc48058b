import { CommandError } from '../../../bson/command-error.ts'
import { checkDatabaseName } from '../../storage/namespace.ts'
import type { CommandContext } from '../command.ts'

/**
 * The collection that a command names as its first field's value.
 * @throws CommandError InvalidNamespace when it is no name
 */
export function collectionName({ request, db }: CommandContext): string {
  const [name] = request.body.values()
  checkDatabaseName(db)
  if (typeof name !== 'string') {
    throw new CommandError('InvalidNamespace', `collection name has invalid type ${typeof name}`)
  }
  if (name === '' || name.startsWith('.') || name.includes('\0')) {
    throw new CommandError('InvalidNamespace', `Invalid namespace specified '${db}.${name}'`)
  }
  return name
}

/** `db.coll` as two names. The database is all before the first dot. */
export function splitNamespace(namespace: string): { db: string; coll: string } {
  const dot = namespace.indexOf('.')
  if (dot <= 0 || dot === namespace.length - 1) {
    throw new CommandError('InvalidNamespace', `Invalid namespace specified '${namespace}'`)
  }
  return { db: namespace.slice(0, dot), coll: namespace.slice(dot + 1) }
}
