import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  KnownFragmentNamesRule,
  NoFragmentCyclesRule,
  NoSchemaIntrospectionCustomRule,
  NoUnusedFragmentsRule,
  specifiedRules,
  UniqueFragmentNamesRule,
  validate,
  type ValidationRule,
} from 'graphql'
import type { OperationLimits } from '../limits/operation-limits.ts'
import { noRootConditions } from './root-conditions.ts'

/** The specification's own rules about fragments, each of which looks at each fragment once. */
const FRAGMENT_RULES: readonly ValidationRule[] = [
  UniqueFragmentNamesRule,
  KnownFragmentNamesRule,
  NoFragmentCyclesRule,
  NoUnusedFragmentsRule,
]

/** How many errors are found before the rest of a document is not looked at; each is answered with what is wrong. */
const MAX_ERRORS = 20

/**
 * Validates a document. Empty when it is valid.
 *
 * Without introspection, errors do not suggest names either: that would tell the schema by asking for misspelt ones.
 *
 * **Cost**: linear in the document for one that is over the limits, or whose fragments are in a circle, unknown, twice
 * there or spread nowhere: that is looked at first, together with the rule that graphql-js relies on without having it.
 * What comes after compares fields with each other and fragments with each other, but only those that the limits let
 * through.
 */
export function validateOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  { rules, introspection }: OperationLimits,
): readonly GraphQLError[] {
  const options = { maxErrors: MAX_ERRORS, hideSuggestions: !introspection }
  const refused = validate(schema, document, [...rules, noRootConditions, ...FRAGMENT_RULES], options)
  if (refused.length > 0) return refused
  const further = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule]
  return validate(schema, document, further, options)
}
