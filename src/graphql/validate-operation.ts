import type { DocumentNode, GraphQLError, GraphQLSchema, ValidationRule } from 'graphql'
import { NoSchemaIntrospectionCustomRule, specifiedRules, validate } from 'graphql'
import type { Execution } from './execution.ts'

/**
 * Validates a document: first against the limits, so that what is too large costs no more, then against the
 * specification's rules. Empty when it is valid.
 *
 * Without introspection, errors do not suggest names either: that would tell the schema by asking for misspelt ones.
 */
export function validateOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  { rules, introspection }: Execution,
  further: readonly ValidationRule[] = specifiedRules,
): readonly GraphQLError[] {
  const tooMuch = validate(schema, document, rules)
  if (tooMuch.length > 0) return tooMuch
  const all = introspection ? further : [...further, NoSchemaIntrospectionCustomRule]
  return validate(schema, document, all, { hideSuggestions: !introspection })
}
