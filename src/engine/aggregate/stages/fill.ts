import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { describe, typeNameOf } from '../../expressions/describe.ts'
import { parseFieldPath } from '../../expressions/field-path.ts'
import type { PipelineContext, StageCompiler } from '../types.ts'
import { compileStageExpression } from '../scope.ts'
import { isNullish } from '../../../bson/truth.ts'
import { compileWindowFunction, type WindowFunction } from '../windows/functions.ts'
import { readSortBy, windowStage } from './set-window-fields.ts'

/** `$fill`: gives values to fields that are null or missing: one, the last one before, or one in between. */
export const compileFill: StageCompiler = (spec, context) => {
  if (!isDocument(spec)) {
    const text = `The $fill stage specification must be an object, found ${typeNameOf(spec)}`
    throw new CommandError('FailedToParse', text)
  }
  for (const name of spec.keys()) {
    if (!['partitionBy', 'partitionByFields', 'sortBy', 'output'].includes(name)) {
      throw new CommandError(40415, `BSON field '$fill.${name}' is an unknown field.`)
    }
  }
  const output = spec.get('output')
  if (!isDocument(output)) throw new CommandError(40414, "BSON field '$fill.output' is missing but a required field")
  if (output.size === 0)
    throw new CommandError('FailedToParse', "The 'output' field for '$fill' must contain at least one field")
  const sortBy = readSortBy(spec.get('sortBy'), '$fill')
  const fields = [...output].map(([path, fill]) => ({
    path: parseFieldPath(path),
    compute: compileOne(path, fill, sortBy, context),
  }))
  return windowStage(readPartition(spec), sortBy, fields, context)
}

function compileOne(
  path: string,
  fill: BsonValue,
  sortBy: BsonDocument | undefined,
  context: PipelineContext,
): WindowFunction {
  const [way] = isDocument(fill) && fill.size === 1 ? fill : []
  if (way?.[0] === 'value') return filling(path, way[1], context)
  if (way?.[0] !== 'method') {
    const text = `Each field in $fill output must have exactly one of 'value' and 'method': ${describe(fill)}`
    throw new CommandError('FailedToParse', text)
  }
  if (sortBy === undefined) {
    throw new CommandError('FailedToParse', "Method 'linear' and 'locf' need a 'sortBy'")
  }
  const name = way[1] === 'linear' ? '$linearFill' : way[1] === 'locf' ? '$locf' : undefined
  if (name === undefined) throw new CommandError(6050202, 'Method must be either locf or linear')
  return compileWindowFunction(new Map([[name, `$${path}`]]), sortBy, context)
}

function filling(path: string, value: BsonValue, context: PipelineContext): WindowFunction {
  const current = compileStageExpression(`$${path}`, context)
  const other = compileStageExpression(value, context)
  return (partition, scope) =>
    partition.rows.map((row) => {
      const found = current(scope(row))
      return isNullish(found) ? other(scope(row)) : found
    })
}

function readPartition(spec: BsonDocument): BsonValue {
  const by = spec.get('partitionBy')
  const fields = spec.get('partitionByFields')
  if (by !== undefined && fields !== undefined) {
    throw new CommandError(6050204, "Maximum one of 'partitionBy' and 'partitionByFields' can be specified in '$fill'")
  }
  if (by !== undefined) {
    if (isDocument(by) || typeof by === 'string') return by
    throw new CommandError('TypeMismatch', `BSON field '$fill.partitionBy' is the wrong type '${typeNameOf(by)}'`)
  }
  return fields === undefined ? null : partitionByFields(fields, '$fill')
}

/**
 * Reads `partitionByFields`: names of fields that documents of one partition share.
 * @throws CommandError TypeMismatch
 */
export function partitionByFields(value: BsonValue, stage: string): BsonDocument {
  const names = Array.isArray(value) ? value.filter((name) => typeof name === 'string') : []
  if (!Array.isArray(value) || names.length < value.length) {
    throw new CommandError('TypeMismatch', `BSON field '${stage}.partitionByFields' must be an array of strings`)
  }
  for (const name of names) parseFieldPath(name)
  // positions as names: a field's own may hold dots
  return new Map(names.map((name, i) => [String(i), `$${name}`]))
}
