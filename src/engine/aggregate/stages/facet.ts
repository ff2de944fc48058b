import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { describe, typeNameOf } from '../../expressions/describe.ts'
import { assertFieldName } from '../../expressions/field-path.ts'
import { readStages } from '../stage-spec.ts'
import type { Stage, StageCompiler } from '../types.ts'

const FORBIDDEN = new Set(['$facet', '$out', '$merge', '$documents', '$geoNear', '$collStats', '$indexStats'])

/** `$facet`: one document with the results of several pipelines over the same documents. Holds all of them. */
export const compileFacet: StageCompiler = (spec, context, compile) => {
  if (!isDocument(spec) || spec.size === 0) {
    throw new CommandError(40169, `the $facet specification must be a non-empty object, but found: ${describe(spec)}`)
  }
  const facets = [...spec].map(([name, stages]): [string, Stage] => {
    assertFieldName(name)
    return [name, compile.pipeline(readFacet(name, stages), context)]
  })
  return function* (input) {
    const documents = [...input]
    const result: BsonDocument = new Map()
    for (const [name, stage] of facets) result.set(name, [...stage(documents)])
    yield result
  }
}

function readFacet(name: string, stages: BsonValue): BsonValue[] {
  if (!Array.isArray(stages)) {
    throw new CommandError(40170, `arguments to $facet must be arrays, ${name} is type ${typeNameOf(stages)}`)
  }
  for (const stage of stages) {
    if (isDocument(stage)) continue
    const text = `elements of arrays in $facet spec must be non-empty objects, ${name} argument contained an element of type ${typeNameOf(stage)}: ${describe(stage)}`
    throw new CommandError(40171, text)
  }
  for (const { name: stage } of readStages(stages)) {
    if (FORBIDDEN.has(stage)) throw new CommandError(40600, `${stage} is not allowed to be used within a $facet stage`)
  }
  return stages
}
