import { isInternalScope, type Scope } from '../../changes/scope.ts'
import { badUserInput } from '../../../errors.ts'

/** Names of collections, by wildcards. */
export interface NamespacePattern {
  /** Whether it could fit a collection in a scope, there or not. */
  canMatchIn(scope: Scope): boolean
  /**
   * Whether it fits a collection, or every collection that a database or the deployment can have. Cost: linear in the
   * names.
   */
  covers(scope: Scope): boolean
}

/** Characters that neither name may hold; a database's name holds no dot either, because the first dot separates. */
const FORBIDDEN_IN_DB = /[/\\ "$\0]/
const FORBIDDEN_IN_COLL = /[$\0]/

/**
 * Reads `db.coll`, `db.*` or `*`. The first dot separates; a `*` anywhere within a name stands for any characters, in a
 * collection's name also for dots.
 *
 * @throws RelayError `BAD_USER_INPUT` for anything else, and for what is internal to MongoDB and never visible
 */
export function compilePattern(text: string): NamespacePattern {
  const [dbText, collText] = split(text)
  const db = compileName(dbText)
  const coll = compileName(collText)
  return {
    canMatchIn: (scope) =>
      (scope.db === undefined || db.matches(scope.db)) && (scope.coll === undefined || coll.matches(scope.coll)),
    covers: (scope) =>
      (scope.db === undefined ? db.isAny : db.matches(scope.db)) &&
      (scope.coll === undefined ? coll.isAny : coll.matches(scope.coll)),
  }
}

function split(text: string): readonly [db: string, coll: string] {
  if (/^\*+$/.test(text)) return ['*', '*']
  const dot = text.indexOf('.')
  const db = text.slice(0, dot)
  const coll = text.slice(dot + 1)
  if (dot <= 0 || coll === '' || coll.startsWith('.') || coll.endsWith('.')) {
    throw badUserInput(`${JSON.stringify(text)} is no pattern such as "db.coll", "db.*" or "*"`)
  }
  if (FORBIDDEN_IN_DB.test(db) || FORBIDDEN_IN_COLL.test(coll)) {
    throw badUserInput(`${JSON.stringify(text)} holds a character that MongoDB does not allow`)
  }
  if (isInternalScope({ db, coll }))
    throw badUserInput(`${JSON.stringify(text)} is internal to MongoDB and never visible`)
  return [db, coll]
}

interface NamePattern {
  readonly isAny: boolean
  matches(name: string): boolean
}

// no regular expression: what lies between the wildcards is looked for from left to right, and never again
function compileName(pattern: string): NamePattern {
  const [head = '', ...inner] = pattern.split('*')
  const tail = inner.pop()
  if (tail === undefined) return { isAny: false, matches: (name) => name === pattern }
  return {
    isAny: /^\*+$/.test(pattern),
    matches(name) {
      const end = name.length - tail.length
      let at = head.length
      if (at > end || !name.startsWith(head) || !name.endsWith(tail)) return false
      for (const part of inner) {
        const found = name.indexOf(part, at)
        if (found < 0 || found + part.length > end) return false
        at = found + part.length
      }
      return true
    },
  }
}
