import { doc, isDocument, isNumber, typeName, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import type { FieldOperator, ProjectionEntry } from '../../expressions/projection/projection-spec.ts'
import { compileFilter, type FilterContext } from '../filter.ts'
import { isTruthy } from '../../../bson/truth.ts'
import { parseSlice } from './slice.ts'

/** The operators of a projection that are not expressions. */
export interface FieldOperators {
  /**
   * The operator at a path; undefined when it is an expression.
   * @throws CommandError
   */
  at(path: string, operand: BsonDocument): FieldOperator | undefined
  /** What is put behind the kept fields rather than in place: filled while {@link at} is asked. */
  readonly computed: ReadonlyMap<string, ProjectionEntry>
}

/** Makes the operators for one specification, whose other fields decide whether they include or exclude. */
export function createFieldOperators(spec: BsonDocument, context: FilterContext): FieldOperators {
  const computed = new Map<string, ProjectionEntry>()
  // alone, $elemMatch includes; beside an exclusion or a $slice it does not decide
  const kind = [...spec].some(([name, value]) => isExclusion(name, value) || isSlice(value)) ? 'neutral' : 'inclusion'
  return {
    computed,
    at(path, operand) {
      const [name] = operand.keys()
      const argument = name === undefined ? undefined : operand.get(name)
      if (argument === undefined) return undefined
      if (name === '$slice') return sliceOperator(argument)
      if (name === '$meta') throw new CommandError('CommandNotSupported', '$meta is not supported by this server')
      if (name !== '$elemMatch') return undefined
      const elementOf = elementMatch(path, argument, context)
      computed.set(path, { type: 'computed', expression: ({ root }) => elementOf(root) })
      return { kind, apply: () => undefined }
    },
  }
}

function isExclusion(name: string, value: BsonValue): boolean {
  return name !== '_id' && (typeof value === 'boolean' || isNumber(value)) && !isTruthy(value)
}

function isSlice(value: BsonValue): boolean {
  return isDocument(value) && value.has('$slice')
}

function sliceOperator(argument: BsonValue): FieldOperator | undefined {
  const slice = parseSlice(argument)
  return slice && { kind: 'neutral', apply: (value) => (Array.isArray(value) ? slice(value) : value) }
}

/** The array at a field cut down to its first element that matches; undefined when there is none. */
function elementMatch(
  path: string,
  condition: BsonValue,
  context: FilterContext,
): (document: BsonDocument) => BsonValue | undefined {
  if (!isDocument(condition)) {
    const type = typeName(condition)
    throw new CommandError(31274, `elemMatch: Invalid argument, object required, but got ${type}`)
  }
  if (path.includes('.')) throw new CommandError(31275, 'Cannot use $elemMatch projection on a nested field.')
  const filter = compileFilter(new Map([[path, doc({ $elemMatch: condition })]]), { ...context, allowExpr: false })
  return (document) => {
    const array = document.get(path)
    const index = filter.positionIn(document)
    const element = Array.isArray(array) && index !== undefined ? array[index] : undefined
    return element === undefined ? undefined : [element]
  }
}
