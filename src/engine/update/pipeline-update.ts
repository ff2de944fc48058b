import type { BsonDocument } from '../../bson/values.ts'
import { describeDelta } from './delta/describe.ts'
import { computeDelta } from './delta/diff.ts'
import { isIdentical } from './identical.ts'
import { checkSameId, idOfEither, withIdFirst } from './replacement.ts'
import type { Update, UpdateOptions } from './update.ts'
import { documentFromFilter } from './upsert.ts'

/** Compiles an update by an aggregation pipeline, which sees the document and returns its new version. */
export function compilePipelineUpdate(stages: BsonDocument[], { runPipeline }: UpdateOptions): Update {
  const run = (before: BsonDocument): BsonDocument => {
    const after = runPipeline(stages, before)
    checkSameId(before, after)
    return withIdFirst(after, idOfEither(after, before))
  }
  return {
    kind: 'pipeline',
    apply(before) {
      const after = run(before)
      if (isIdentical(before, after)) return { changed: false }
      const delta = computeDelta(before, after)
      return { changed: true, after, description: delta && describeDelta(delta) }
    },
    upsert: (filter) => run(documentFromFilter(filter)),
  }
}
