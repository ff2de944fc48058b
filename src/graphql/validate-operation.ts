import type { DocumentNode, GraphQLError, GraphQLSchema, ValidationRule } from 'graphql'
import { NoSchemaIntrospectionCustomRule, specifiedRules, validate } from 'graphql'
import type { Execution } from './execution.ts'
import { noRootConditions } from './root-conditions.ts'

/**
 * Validates a document: first against the limits, so that what is too large costs no more, and the rule that
 * graphql-js relies on without having it, then against its rules. Empty when it is valid.
 *
 * Without introspection, errors do not suggest names either: that would tell the schema by asking for misspelt ones.
 */
export function validateOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  { rules, introspection }: Execution,
  further: readonly ValidationRule[] = specifiedRules,
): readonly GraphQLError[] {
  const refused = validate(schema, document, [...rules, noRootConditions])
  if (refused.length > 0) return refused
  const all = introspection ? further : [...further, NoSchemaIntrospectionCustomRule]
  return validate(schema, document, all, { hideSuggestions: !introspection })
}
