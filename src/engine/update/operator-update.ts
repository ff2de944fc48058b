import type { BsonDocument } from '../../bson/values.ts'
import { Application } from './apply.ts'
import type { ArrayFilters } from './array-filters.ts'
import { DocumentDelta } from './delta/delta.ts'
import { describeDelta } from './delta/describe.ts'
import { compileModifiers } from './modifiers.ts'
import { withIdFirst } from './replacement-update.ts'
import type { Update, UpdateOptions, UpdateResult } from './update.ts'
import { documentFromFilter } from './upsert.ts'

/**
 * Compiles an update by operators.
 * @throws CommandError as `compileUpdate`
 */
export function compileOperatorUpdate(update: BsonDocument, filters: ArrayFilters, options: UpdateOptions): Update {
  const tree = compileModifiers(update, filters)
  const { now, nextTimestamp } = options
  const run = (root: BsonDocument, insert: boolean, position: number | undefined): [BsonDocument, DocumentDelta] => {
    const delta = new DocumentDelta()
    const matched = position === undefined ? undefined : String(position)
    const moved = (source: readonly string[]): void => logRemoval(delta, source)
    const application = new Application({ root, insert, matched, now, nextTimestamp, moved }, filters)
    return [application.run(tree, root, delta), delta]
  }
  return {
    kind: 'operators',
    apply(before, position): UpdateResult {
      const [after, delta] = run(before, false, position)
      if (after === before) return { changed: false }
      return { changed: true, after: withIdFirst(after), description: describeDelta(delta) }
    },
    upsert(filter) {
      const [document] = run(documentFromFilter(filter), true, undefined)
      return withIdFirst(document)
    },
  }
}

function logRemoval(root: DocumentDelta, path: readonly string[]): void {
  const name = path.at(-1)
  if (name === undefined) return
  let delta = root
  for (const part of path.slice(0, -1)) {
    const below = delta.within(part, 'document')
    // a rename's source has no array on its way
    if (!(below instanceof DocumentDelta)) return
    delta = below
  }
  delta.remove(name)
}
