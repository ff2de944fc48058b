import { isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { unknownOperator } from '../expressions/absent-operators.ts'
import type { CompiledAccumulator } from '../expressions/accumulators/types.ts'
import { ACCUMULATORS } from '../expressions/accumulators.ts'
import { createParseContext } from '../expressions/expression.ts'
import type { PipelineContext } from './types.ts'

/** An accumulator and the field that it fills. */
export interface NamedAccumulator {
  readonly name: string
  readonly compiled: CompiledAccumulator
}

/**
 * Compiles the accumulators of `$group` and its like: `{ total: { $sum: '$n' } }`.
 * @throws CommandError 40234 to 40238, 15952 for one that there is not
 */
export function compileAccumulators(fields: BsonDocument, context: PipelineContext): NamedAccumulator[] {
  return [...fields].map(([name, spec]) => ({ name, compiled: compileAccumulator(name, spec, context) }))
}

function compileAccumulator(field: string, spec: BsonValue, context: PipelineContext): CompiledAccumulator {
  const [operator] = isDocument(spec) ? spec : []
  if (field.includes('.')) throw new CommandError(40235, `The field name '${field}' cannot contain '.'`)
  if (field.startsWith('$')) throw new CommandError(40236, `The field name '${field}' cannot be an operator name`)
  if (operator === undefined || !isDocument(spec)) {
    throw new CommandError(40234, `The field '${field}' must be an accumulator object`)
  }
  if (spec.size !== 1) throw new CommandError(40238, `The field '${field}' must specify one accumulator`)
  const [name, argument] = operator
  const compile = ACCUMULATORS.get(name)
  if (!compile) throw unknownOperator(15952, `unknown group operator '${name}'`, name)
  if (Array.isArray(argument)) throw new CommandError(40237, `The ${name} accumulator is a unary operator`)
  return compile(argument, createParseContext(context.variables.keys()), name)
}
