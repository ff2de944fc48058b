import { inComment, isSchema, type Schema, schemaType } from './document-type.ts'

/**
 * The file of TypeScript that `tailrace types` prints for a collection: what its documents are in relaxed Extended
 * JSON, and in canonical.
 *
 * @param validator what the collection has, as canonical Extended JSON; null where it has none
 */
export function typesText(db: string, coll: string, validator: unknown): string {
  const schema = withId(schemaOf(validator))
  const ns = inComment(`${db}.${coll}`)
  const name = typeName(coll)
  return [
    `// Made by tailrace types --ns ${ns}`,
    `/** A document of ${ns}, as relaxed Extended JSON. */\nexport type ${name} = ${schemaType(schema, 'RELAXED')}`,
    `/** The same as canonical Extended JSON. */\nexport type ${name}Canonical = ${schemaType(schema, 'CANONICAL')}\n`,
  ].join('\n\n')
}

/** Whether a validator says by `$jsonSchema` what documents are. */
export function hasSchema(validator: unknown): boolean {
  return Object.keys(schemaOf(validator)).length > 0
}

/** The schema in a validator, which may have other conditions besides. */
function schemaOf(validator: unknown): Schema {
  if (!isSchema(validator)) return {}
  const { $jsonSchema: own, $and: all } = validator
  const parts = [...(isSchema(own) ? [own] : []), ...(Array.isArray(all) ? all.map(schemaOf) : [])]
  const some = parts.filter((part) => Object.keys(part).length > 0)
  return some.length > 1 ? { allOf: some } : (some[0] ?? {})
}

/** Every document has an `_id`, whether its schema says so or not. */
function withId(schema: Schema): Schema {
  if (Object.keys(schema).length === 0)
    return { properties: { _id: {} }, required: ['_id'], additionalProperties: true }
  if (schema['allOf'] !== undefined && schema['properties'] === undefined) {
    return { allOf: [{ required: ['_id'] }, schema] }
  }
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const properties = isSchema(schema['properties']) ? schema['properties'] : {}
  return {
    ...schema,
    // a document is nothing else
    bsonType: 'object',
    properties: Object.hasOwn(properties, '_id') ? properties : { _id: {}, ...properties },
    required: [...new Set(['_id', ...required])],
  }
}

/** What names of types may have; without what compilers disagree on. */
const WORDS = /(?:(?![_\u{10000}-\u{10ffff}])\p{ID_Continue})+/gu

/** The name of the type of a collection's documents: `order-items` makes `OrderItems`. */
function typeName(coll: string): string {
  const words = coll.match(WORDS) ?? []
  const name = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')
  return /^\p{ID_Start}/u.test(name) ? name : `Documents${name}`
}
