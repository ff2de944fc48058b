import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { typeNameOf } from '../../expressions/describe.ts'
import { parseFieldPath } from '../../expressions/field-path.ts'
import { sortDocuments } from '../../query/sort.ts'
import { removeAt, setAt } from '../fields.ts'
import { compileStageExpression, scopeMaker } from '../scope.ts'
import type { PipelineContext, Stage, StageCompiler } from '../types.ts'
import { compileWindowFunction, type WindowFunction } from '../windows/functions.ts'
import { partitionBy } from '../windows/partition.ts'

/** A field that a window function fills. */
export interface WindowField {
  readonly path: readonly string[]
  readonly compute: WindowFunction
}

/** `$setWindowFields`: adds fields that are computed over neighbouring documents. Holds all documents. */
export const compileSetWindowFields: StageCompiler = (spec, context) => {
  if (!isDocument(spec)) {
    const text = `the $setWindowFields stage specification must be an object, found ${typeNameOf(spec)}`
    throw new CommandError('FailedToParse', text)
  }
  for (const name of spec.keys()) {
    if (!['partitionBy', 'sortBy', 'output'].includes(name)) {
      throw new CommandError(40415, `BSON field '$setWindowFields.${name}' is an unknown field.`)
    }
  }
  const sortBy = readSortBy(spec.get('sortBy'), '$setWindowFields')
  const output = spec.get('output')
  if (output === undefined) {
    throw new CommandError(40414, "BSON field '$setWindowFields.output' is missing but a required field")
  }
  if (!isDocument(output)) {
    throw new CommandError(
      'TypeMismatch',
      `BSON field '$setWindowFields.output' is the wrong type '${typeNameOf(output)}', expected type 'object'`,
    )
  }
  const fields = [...output].map(([path, field]): WindowField => {
    return { path: parseFieldPath(path), compute: compileWindowFunction(field, sortBy, context) }
  })
  return windowStage(spec.get('partitionBy') ?? null, sortBy, fields, context)
}

/**
 * Reads a stage's `sortBy`.
 * @throws CommandError TypeMismatch, and what sort specifications throw
 */
export function readSortBy(value: BsonValue | undefined, stage: string): BsonDocument | undefined {
  if (value === undefined) return undefined
  if (!isDocument(value)) {
    throw new CommandError(
      'TypeMismatch',
      `BSON field '${stage}.sortBy' is the wrong type '${typeNameOf(value)}', expected type 'object'`,
    )
  }
  sortDocuments([], value)
  return value
}

/** A stage that computes fields over partitions of documents. */
export function windowStage(
  partitionSpec: BsonValue,
  sortBy: BsonDocument | undefined,
  fields: readonly WindowField[],
  context: PipelineContext,
): Stage {
  const keyOf = compileStageExpression(partitionSpec, context)
  const scope = scopeMaker(context)
  return function* (input) {
    for (const partition of partitionBy(input, keyOf, sortBy, scope)) {
      const columns = fields.map(({ path, compute }) => ({ path, values: compute(partition, scope) }))
      for (const [position, row] of partition.rows.entries()) {
        yield columns.reduce((document, { path, values }) => {
          const value = values[position]
          return value === undefined ? removeAt(document, path) : setAt(document, path, value)
        }, row)
      }
    }
  }
}
