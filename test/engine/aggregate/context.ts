import type { PipelineContext } from '../../../src/engine/aggregate/types.ts'
import type { BsonDocument, BsonValue } from '../../../src/bson/values.ts'

/** The fixed time of these tests. */
export const NOW = new Date('2024-02-29T12:34:56.789Z')

/** A context over collections that are given as they are. */
export function contextOver(
  collections: Record<string, BsonDocument[]> = {},
  overrides: Partial<PipelineContext> = {},
): PipelineContext {
  return {
    db: 'test',
    collection: 'things',
    now: NOW,
    variables: new Map<string, BsonValue>(),
    documents: (collection) => collections[collection] ?? [],
    ...overrides,
  }
}
