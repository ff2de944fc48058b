import { z } from 'zod'
import { fieldsOf } from '../../../bson/ejson/json.ts'
import { badUserInput } from '../../../errors.ts'
import { suggestion } from '../../../util/nearest.ts'
import { namesIn } from '../../../util/schema-names.ts'
import { checkFieldPath } from '../field-filter.ts'
import { compilePattern } from './namespace-pattern.ts'
import { checkWhere } from '../row-filter.ts'
import type { Rule } from './rule.ts'

/** Fails where a function does that says what is wrong. */
function checked<T>(check: (value: T) => unknown): (value: T, context: z.core.$RefinementCtx<T>) => void {
  return (value, context) => {
    try {
      check(value)
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) })
    }
  }
}

const claimScalar = z.union([z.string(), z.number(), z.boolean()])
const claimValues = z.union([claimScalar, z.array(claimScalar).min(1)])
const { $schema: _version, ...claimJsonSchema } = z.toJSONSchema(claimValues)

function checkClaims(claims: unknown, context: z.core.$RefinementCtx): void {
  const fields = fieldsOf(claims)
  if (!fields) context.addIssue({ code: 'custom', message: 'Expected an object with claims' })
  for (const [name, value] of fields ?? []) {
    const [issue] = claimValues.safeParse(value).error?.issues ?? []
    if (issue) context.addIssue({ code: 'custom', path: [name], message: issue.message })
  }
}

const fieldPaths = z
  .array(z.string().superRefine(checked(checkFieldPath)))
  .describe('Dotted paths of fields, without array positions: `items.price` is the price of all items.')

const fieldsSchema = z
  .union([
    z.strictObject({ remove: fieldPaths.min(1).describe('These fields, and all that is in them, are left out.') }),
    z.strictObject({
      allow: fieldPaths
        .min(1)
        .describe('Only these fields, and all that is in them, are left in. `_id` must be named, too.'),
    }),
  ])
  .describe('Fields to leave out, or the only ones to leave in. Default: all stay.')

/** A rule as it is written in a configuration. Unknown keys are errors. */
export const ruleSchema = z
  .strictObject({
    name: z.string().optional().describe('What the rule is for; for people.'),
    roles: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('The caller has any of these roles. Default: everybody, also anonymous callers.'),
    // neither this nor `where` is a record of zod, which leaves out what is named `__proto__`, and so lets more through
    claims: z
      .custom<unknown>()
      .superRefine(checkClaims)
      // whatever held them, and whatever they are called
      .transform((claims) => Object.fromEntries(fieldsOf(claims) ?? []) as NonNullable<Rule['claims']>)
      .meta({ type: 'object', additionalProperties: claimJsonSchema })
      .optional()
      .describe(
        'Claims by name or dotted path: each is equal to the value, or one of the list; a claim that is a list holds it.',
      ),
    namespaces: z
      .array(z.string().superRefine(checked(compilePattern)))
      .min(1)
      .describe('Patterns of namespaces: `db.coll`, `db.*` or `*`; a `*` within a name stands for any characters.'),
    operationTypes: z
      .array(z.string().regex(/^[A-Za-z]{1,64}$/))
      .min(1)
      .optional()
      .describe('Only events of these types, as they are delivered. Default: all.'),
    where: z
      .custom<NonNullable<Rule['where']>>()
      .superRefine(checked(checkWhere))
      .meta({ type: 'object' })
      .optional()
      .describe(
        'A MongoDB filter on the document, as Extended JSON; `"$claims.name"` stands for a claim of the caller. Needs ' +
          '`changeStreamPreAndPostImages` on the collections. Default: all documents.',
      ),
    fields: fieldsSchema.optional(),
  })
  .describe('What some callers may see of some namespaces.')

/** The list of rules, as it is written in a configuration. */
export const rulesSchema = z
  .array(ruleSchema)
  .min(1)
  .describe(
    'Who may see what: for each namespace the first rule whose roles, claims and namespaces fit decides, and where none fits ' +
      'nothing is visible. Without any rules everything is visible to everybody.',
  ) satisfies z.ZodType<Rule[]>

/**
 * Checks rules, of whatever origin.
 *
 * @throws RelayError `BAD_USER_INPUT` with the path of each key that is not valid
 */
export function parseRules(input: unknown): readonly Rule[] {
  const result = z.object({ rules: rulesSchema }).safeParse({ rules: input })
  if (result.success) return result.data.rules
  const issues = result.error.issues.map((issue) => {
    const near = issue.code === 'unrecognized_keys' ? suggestion(issue.keys[0] ?? '', namesIn(rulesSchema)) : ''
    return `${toPath(issue.path)}: ${issue.message}${near}`
  })
  throw badUserInput(issues.join('; '))
}

function toPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? String(key) : `.${String(key)}`))
    .join('')
}
