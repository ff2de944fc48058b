import { CommandError } from '../../bson/command-error.ts'
import { isNumber, toNumber, type BsonDocument } from '../../bson/values.ts'

/** What an index is for. The engine looks documents up in plain ones; the others are listed alone. */
export type IndexKind = 'plain' | 'text' | '2dsphere' | '2d' | 'hashed' | 'wildcard'

const PLUGINS: readonly string[] = ['text', '2dsphere', '2d', 'hashed'] satisfies IndexKind[]

/**
 * Checks an index's key pattern and tells its kind.
 * @throws CommandError CannotCreateIndex and others, as a server refuses the pattern
 */
export function kindOf(key: BsonDocument): IndexKind {
  if (key.size === 0) throw cannot('Index keys cannot be an empty object.')
  if (key.size > 32) throw new CommandError(13103, 'too many compound keys')
  const kinds = [...key].map(([path, direction]): IndexKind => {
    checkPath(path, direction === 'text')
    if (typeof direction === 'string') {
      const plugin = PLUGINS.find((known) => known === direction)
      if (plugin === undefined) throw cannot(`Unknown index plugin '${direction}'`)
      return plugin as IndexKind
    }
    const number = isNumber(direction) ? toNumber(direction) : 0
    if (number === 0 || Number.isNaN(number)) {
      throw cannot('Values in the index key pattern must be numbers other than 0, or index types')
    }
    return isWildcard(path) ? 'wildcard' : 'plain'
  })
  const special = new Set(kinds.filter((kind) => kind !== 'plain'))
  const [kind = 'plain', other] = special
  if (other !== undefined) throw cannot(`Can't use more than one index plugin for a single index: ${kind}, ${other}`)
  const count = kinds.filter((each) => each === kind).length
  if (kind === 'hashed' && count > 1) {
    throw new CommandError(31303, `A maximum of one index field is allowed to be hashed but found ${count}`)
  }
  if (kind === 'wildcard' && count > 1) throw cannot('wildcard indexes do not allow more than one wildcard field')
  if (kind === '2d' && count > 1) throw new CommandError(16800, "can't have 2 geo fields")
  if (kind === '2d' && kinds[0] !== '2d') throw new CommandError(16801, '2d has to be first in index')
  return kind
}

function checkPath(path: string, isText: boolean): void {
  if (path === '' || path.split('.').some((part) => part === '')) {
    throw cannot('Index key contains an empty field name')
  }
  if (isWildcard(path) || (isText && path === '$**')) return
  if (path.startsWith('$')) throw cannot(`Index key contains an illegal field name: '${path}'`)
}

function isWildcard(path: string): boolean {
  return path === '$**' || path.endsWith('.$**')
}

/** The error of an index that cannot be. */
export function cannot(message: string): CommandError {
  return new CommandError('CannotCreateIndex', message)
}
