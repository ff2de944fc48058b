import type { StreamOptions } from '../../changes/stream-options.ts'
import { isInternalScope, type Scope } from '../../changes/scope.ts'
import { badUserInput, RelayError } from '../../../errors.ts'
import { bindRules, type BoundRule, compileRule, isUnrestricted } from './bind-rules.ts'
import type { Principal } from '../../auth/principal/principal.ts'
import type { Rule } from './rule.ts'
import { SEALING_SECRET } from '../../auth/secrets.ts'
import { createTokenSealer, type TokenSeal } from '../token-seal.ts'
import type { Visibility } from '../visibility.ts'
import { createView, type View } from '../view.ts'

/** Who may see what; one for the life of a relay. */
export interface Policy {
  /** Whether there are no rules, so that everything is visible to everybody. */
  readonly isOpen: boolean
  /**
   * What a caller sees of a scope.
   *
   * @throws RelayError `FORBIDDEN` when that is nothing, whether or not there is such a namespace
   */
  grantFor(principal: Principal, scope: Scope): Grant
  /** Whether a caller may watch a scope: whether there could be anything in it that they may see. */
  canWatch(principal: Principal, scope: Scope): boolean
  /** Whether a caller may see anything of a collection; of a database, whether they may see all of its collections. */
  canSee(principal: Principal, namespace: Scope): boolean
}

/** What a caller sees of a scope. */
export interface Grant {
  /** Equal for grants that let the same be seen. */
  readonly key: string
  /** Absent when the caller sees everything as it is: then nothing is done, and nothing costs anything. */
  readonly restriction?: Restriction
}

/** How to make a caller's view of a scope. */
export interface Restriction {
  /** What the change stream needs when a caller chooses these: perhaps more images. */
  imagesFor(images: StreamOptions): StreamOptions
  /** The view of a caller who chose these. */
  viewFor(images: StreamOptions): View
  readonly seal: TokenSeal
}

const OPEN_GRANT: Grant = { key: '' }

/** Where no rules are: only what is internal to MongoDB is forbidden. */
export const OPEN_POLICY: Policy = createPolicy({ rules: [], tokenSecret: undefined })

/** What a policy is made of; see `RelayOptions`. */
export interface AccessSettings {
  readonly rules: readonly Rule[]
  readonly tokenSecret: string | undefined
}

/**
 * Makes a policy of rules that were checked.
 *
 * Cost: a caller's claims are filled in once, with the first subscription. Without rules nothing.
 *
 * @throws RelayError `BAD_USER_INPUT` when the rules restrict somebody and there is no secret
 */
export function createPolicy({ rules, tokenSecret }: AccessSettings): Policy {
  const isOpen = rules.length === 0
  const compiled = rules.map(compileRule)
  if (!isOpen && tokenSecret === undefined && !compiled.every(({ leavesAll }) => leavesAll)) {
    const why = 'resume tokens hold document keys and names, and must be sealed for callers who may not see everything'
    throw badUserInput(`Rules that restrict callers need a \`tokenSecret\`, which ${SEALING_SECRET.expected}: ${why}`)
  }
  const sealerOf = createTokenSealer(tokenSecret ?? '')
  const bound = new WeakMap<Principal, readonly BoundRule[]>()

  const rulesOf = (principal: Principal): readonly BoundRule[] => {
    const known = bound.get(principal)
    if (known) return known
    const found = bindRules(compiled, principal)
    bound.set(principal, found)
    return found
  }

  const canWatch = (principal: Principal, scope: Scope) =>
    !isInternalScope(scope) &&
    (isOpen || decidingRules(rulesOf(principal), scope).some(({ visibility }) => visibility !== undefined))

  return {
    isOpen,
    canWatch,
    canSee: (principal, namespace) =>
      !isInternalScope(namespace) && (isOpen || visibilityOf(rulesOf(principal), namespace) !== undefined),
    grantFor(principal, scope) {
      if (!canWatch(principal, scope)) throw forbidden()
      if (isOpen) return OPEN_GRANT
      const own = rulesOf(principal)
      const deciding = decidingRules(own, scope)
      // a rename names another collection: callers who do not see all collections have a view of each one
      if (isUnrestricted(own)) return OPEN_GRANT
      const seal = sealerOf(scope)
      const hasRowFilter = deciding.some(({ visibility }) => visibility?.test)
      return {
        // of the other rules it matters which names they show, and for renames what they are; never the caller's claims
        key: JSON.stringify(own.map((rule) => (deciding.includes(rule) ? rule.key : rule.shortKey))),
        restriction: {
          seal,
          imagesFor: (images) => (hasRowFilter ? withImages(images) : images),
          viewFor: (images) =>
            createView({ scope, images, seal, visibilityOf: (namespace) => visibilityOf(own, namespace) }),
        },
      }
    },
  }
}

/** Those that can decide about anything in a scope. */
function decidingRules(rules: readonly BoundRule[], scope: Scope): readonly BoundRule[] {
  const inScope = rules.filter(({ patterns }) => patterns.some((pattern) => pattern.canMatchIn(scope)))
  const last = inScope.findIndex(({ patterns }) => patterns.some((pattern) => pattern.covers(scope)))
  return last < 0 ? inScope : inScope.slice(0, last + 1)
}

/**
 * By the first rule that fits. A database or the deployment is seen as such by callers who see all that can be in it.
 */
function visibilityOf(rules: readonly BoundRule[], namespace: Scope): Visibility | undefined {
  if (isInternalScope(namespace)) return undefined
  if (namespace.coll !== undefined)
    return rules.find(({ patterns }) => patterns.some((p) => p.covers(namespace)))?.visibility
  return rules.find(({ patterns, visibility }) => visibility && patterns.some((p) => p.covers(namespace)))?.visibility
}

// a document that was looked up may be newer than the event, and show now what was hidden then
function withImages({ fullDocument, fullDocumentBeforeChange, ...others }: StreamOptions): StreamOptions {
  return {
    ...others,
    fullDocument: fullDocument === 'required' ? 'required' : 'whenAvailable',
    fullDocumentBeforeChange: fullDocumentBeforeChange === 'required' ? 'required' : 'whenAvailable',
  }
}

function forbidden(): RelayError {
  return new RelayError('FORBIDDEN', 'You may not watch this namespace')
}
