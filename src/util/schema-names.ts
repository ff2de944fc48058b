import * as z from 'zod'

/** The names of all properties that a schema has anywhere: a mistyped name is not meant for one of another place. */
export function namesIn(schema: z.ZodType): string[] {
  return propertiesOf(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }))
}

function propertiesOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => [
    ...(key === 'properties' && typeof value === 'object' && value !== null ? Object.keys(value) : []),
    ...propertiesOf(value),
  ])
}
