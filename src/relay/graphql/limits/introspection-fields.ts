/** Fields that describe the schema. What is below them is no data, and has limits of its own. */
export const INTROSPECTION_FIELDS: ReadonlySet<string> = new Set(['__schema', '__type'])
