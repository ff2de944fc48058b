import type { Scope } from '../../changes/scope.ts'
import { hasClaim } from '../../auth/claims.ts'
import { compileFields, type FieldFilter } from '../field-filter.ts'
import { compilePattern, type NamespacePattern } from './namespace-pattern.ts'
import type { Principal } from '../../auth/principal/principal.ts'
import { toRowFilter } from '../row-filter.ts'
import type { Rule } from './rule.ts'
import type { Visibility } from '../visibility.ts'

/** A rule with what is the same for all callers. */
export interface CompiledRule {
  readonly rule: Rule
  readonly patterns: readonly NamespacePattern[]
  readonly fields: FieldFilter | undefined
  readonly operationTypes: ReadonlySet<string> | undefined
  /** Whether the callers it applies to see all documents, fields and types of events of all namespaces. */
  readonly leavesAll: boolean
}

/** A rule that applies to a caller. */
export interface BoundRule {
  readonly patterns: readonly NamespacePattern[]
  /** What it lets him see; `undefined`, and so nothing, when a claim cannot be filled in. */
  readonly visibility: Visibility | undefined
  /** Whether they see everything of its namespaces. */
  readonly leavesAll: boolean
  /** Equal for rules that let the same be seen of the same namespaces. */
  readonly key: string
  /** Equal for rules that let the same be seen of the same namespaces, whatever the claims in their filters. */
  readonly shortKey: string
}

const DEPLOYMENT: Scope = {}

/** Compiles a rule that was checked. */
export function compileRule(rule: Rule): CompiledRule {
  const { namespaces, where, fields, operationTypes } = rule
  const patterns = namespaces.map(compilePattern)
  const coversAll = patterns.some((pattern) => pattern.covers(DEPLOYMENT))
  return {
    rule,
    patterns,
    fields: fields && compileFields(fields),
    operationTypes: operationTypes && new Set(operationTypes),
    leavesAll: coversAll && !where && !fields && !operationTypes,
  }
}

/**
 * The rules that apply to a caller, in order, with their claims filled in. Those after one that fits everything are
 * left out.
 */
export function bindRules(rules: readonly CompiledRule[], principal: Principal): readonly BoundRule[] {
  const bound = rules.filter(({ rule }) => appliesTo(rule, principal)).map((rule) => bindRule(rule, principal))
  const last = bound.findIndex(({ patterns }) => patterns.some((pattern) => pattern.covers(DEPLOYMENT)))
  return last < 0 ? bound : bound.slice(0, last + 1)
}

/** Whether a caller with these rules sees everything. */
export function isUnrestricted(rules: readonly BoundRule[]): boolean {
  const last = rules.at(-1)
  return last !== undefined && last.leavesAll && rules.every(({ visibility }) => visibility && isWhole(visibility))
}

function isWhole({ test, fields, operationTypes }: Visibility): boolean {
  return test === undefined && fields === undefined && operationTypes === undefined
}

function appliesTo({ roles, claims = {} }: Rule, principal: Principal): boolean {
  if (roles && !roles.some((role) => principal.roles.includes(role))) return false
  return Object.entries(claims).every(([path, wanted]) => hasClaim(principal.claims, path, wanted))
}

function bindRule(
  { rule, patterns, fields, operationTypes, leavesAll }: CompiledRule,
  principal: Principal,
): BoundRule {
  const rows = rule.where && toRowFilter(rule.where, principal.claims)
  const isDenied = rule.where !== undefined && rows === undefined
  const { namespaces, where, fields: fieldRule = null, operationTypes: types = null } = rule
  const shortKey = JSON.stringify([namespaces, isDenied, where !== undefined, fieldRule, types])
  return {
    patterns,
    visibility: isDenied ? undefined : { test: rows?.test, fields, operationTypes },
    leavesAll,
    key: rows ? JSON.stringify([shortKey, rows.key]) : shortKey,
    shortKey,
  }
}
