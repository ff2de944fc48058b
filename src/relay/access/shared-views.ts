import { badUserInput, ignoreError } from '../../errors.ts'
import type { Principal } from '../auth/principal/principal.ts'
import { Unauthenticated } from '../auth/unauthenticated.ts'
import type { Scope } from '../changes/scope.ts'
import { createDistinction, type Distinction } from './rules/distinction.ts'
import type { Rule } from './rules/rule.ts'
import { SEALING_SECRET } from '../auth/secrets.ts'
import { createSealer } from './token-seal.ts'

/** Names what callers see of a scope, so that those who see the same can ask for it under one URL. */
export interface SharedViews {
  /**
   * The name of what a caller sees of a scope: the same for all whom the rules do not tell apart, for a time. Whoever
   * has it sees as much. `undefined` when it would be too long for a URL.
   */
  give(principal: Principal, scope: Scope): string | undefined
  /**
   * Who a name stands for, with no more of them than the rules look at.
   *
   * @throws Unauthenticated when it is not a name of this scope, or no longer
   */
  open(name: string, scope: Scope): Principal
}

/** What names are made with. */
export interface SharedViewsOptions {
  readonly rules: readonly Rule[]
  readonly tokenSecret: string | undefined
  /** How long a name lasts, in milliseconds: half of it at least. */
  readonly lifetimeMs: number
  /** Clock in milliseconds since 1970. */
  readonly now: () => number
}

/** What a name holds: until when it is good, in milliseconds since 1970, and for whom. */
type Named = readonly [untilMs: number, roles: Distinction['roles'], claims: Distinction['claims']]

/** With claims that need more, a view is asked for with credentials only. */
const MAX_LENGTH = 1_024

/**
 * Seals names as resume tokens are sealed, with another key, so that nothing shows of roles and claims.
 *
 * @throws RelayError `BAD_USER_INPUT` when there is no secret
 */
export function createSharedViews({ rules, tokenSecret, lifetimeMs, now }: SharedViewsOptions): SharedViews {
  if (tokenSecret === undefined) {
    throw badUserInput(`\`sharedViewMs\` needs a \`tokenSecret\`, which ${SEALING_SECRET.expected}`)
  }
  const sealOf = createSealer(tokenSecret, 'shared views')
  const distinctionOf = createDistinction(rules)
  const half = lifetimeMs / 2
  return {
    give(principal, scope) {
      const { roles, claims } = distinctionOf(principal)
      const untilMs = (Math.floor(now() / half) + 2) * half
      const name = sealOf(scope).seal(JSON.stringify([untilMs, roles, claims] satisfies Named))
      return name.length > MAX_LENGTH ? undefined : name
    },
    open(name, scope) {
      const [expiresAtMs, roles, claims] = read(name, scope)
      if (now() >= expiresAtMs) throw refused('is over')
      return { subject: 'shared view', roles, claims, expiresAtMs }
    },
  }

  function read(name: string, scope: Scope): Named {
    try {
      // what this seal has made is of that form
      return JSON.parse(sealOf(scope).open(name)) as Named
    } catch (error) {
      ignoreError('which part of it is wrong would help only somebody who tries')(error)
      throw refused('is not one of this log')
    }
  }
}

function refused(why: string): Unauthenticated {
  return new Unauthenticated('invalid', `The \`view\` ${why}: ask with your credentials for a new Stream-View`)
}
