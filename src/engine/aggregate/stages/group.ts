import { toKey } from '../../../bson/key.ts'
import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import type { RunningAccumulator } from '../../expressions/accumulators/types.ts'
import { createScope } from '../../expressions/expression.ts'
import type { Scope } from '../../expressions/types.ts'
import { compileAccumulators, type NamedAccumulator } from '../accumulate.ts'
import { compileStageExpression, scopeMaker, scopeVariables } from '../scope.ts'
import type { PipelineContext, Stage, StageCompiler } from '../types.ts'

/** One group while it is gathered. */
interface Group {
  readonly id: BsonValue
  readonly fields: readonly (readonly [name: string, accumulator: RunningAccumulator])[]
}

/** Gathers the documents of one group. */
interface GroupBuilder {
  add(scope: Scope): void
  result(): BsonDocument
}

/** `$group`: one document for all that share an `_id`, in the order in which they are first met. */
export const compileGroup: StageCompiler = (spec, context) => {
  if (!isDocument(spec)) throw new CommandError(15947, "a group's fields must be specified in an object")
  const idSpec = spec.get('_id')
  if (idSpec === undefined) throw new CommandError(15955, 'a group specification must include an _id')
  const fields = new Map([...spec].filter(([name]) => name !== '_id'))
  return groupBy(idSpec, compileAccumulators(fields, context), context)
}

function groupBy(idSpec: BsonValue, accumulators: readonly NamedAccumulator[], context: PipelineContext): Stage {
  const idOf = compileStageExpression(idSpec, context)
  const scope = scopeMaker(context)
  const start = groupStarter(accumulators, context)
  return function* (input) {
    const groups = new Map<string, GroupBuilder>()
    for (const document of input) {
      const current = scope(document)
      const value = idOf(current)
      // missing and null are one group
      const id = value === undefined ? null : value
      const key = toKey(id)
      let group = groups.get(key)
      if (!group) groups.set(key, (group = start(id)))
      group.add(current)
    }
    for (const group of groups.values()) yield group.result()
  }
}

/** Makes the builder of one group after the other. */
function groupStarter(
  accumulators: readonly NamedAccumulator[],
  context: PipelineContext,
): (id: BsonValue) => GroupBuilder {
  const variables = scopeVariables(context)
  return (id) => {
    const idScope = createScope(isDocument(id) ? id : new Map(), variables)
    const group: Group = { id, fields: accumulators.map(({ name, compiled }) => [name, compiled.start(idScope)]) }
    return {
      add: (scope) => {
        for (const [, accumulator] of group.fields) accumulator.add(scope)
      },
      result: () => toDocument(group),
    }
  }
}

function toDocument({ id, fields }: Group): BsonDocument {
  const document: BsonDocument = new Map([['_id', id]])
  for (const [name, accumulator] of fields) {
    const value = accumulator.result()
    document.set(name, value === undefined ? null : value)
  }
  return document
}
