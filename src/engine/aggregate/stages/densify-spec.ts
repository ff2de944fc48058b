import { Int32, isDocument, isNumber, toNumber, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { dateAt } from '../../expressions/dates/instant.ts'
import { UTC } from '../../expressions/dates/timezone.ts'
import { addUnits, readUnit } from '../../expressions/dates/units.ts'
import { typeNameOf } from '../../expressions/describe.ts'
import { parseFieldPath } from '../../expressions/field-path.ts'
import { multiply } from '../../expressions/numeric/arithmetic.ts'
import { wholeNumber } from '../../expressions/numeric/integers.ts'
import { NumberSum } from '../../expressions/numeric/sum.ts'
import { partitionByFields } from './fill.ts'

/** The series that a `$densify` fills. */
export interface Series {
  /** The value after `count` steps. */
  at(from: BsonValue, count: number): BsonValue
  /** Gives the value back if the series can hold it. */
  check(value: BsonValue): BsonValue
}

/** A checked `$densify`. */
export interface DensifySpec {
  readonly path: readonly string[]
  readonly partitions: readonly (readonly string[])[]
  readonly step: Series
  /** From the least value to the greatest one, of all documents or of the partition; or from a value up to another one. */
  readonly bounds: 'full' | 'partition' | readonly [BsonValue, BsonValue]
}

/**
 * Reads the specification of `$densify`.
 * @throws CommandError FailedToParse, 40414, 40415, 5733401 and others
 */
export function readDensify(spec: BsonValue): DensifySpec {
  if (!isDocument(spec)) {
    throw new CommandError(5733400, `The $densify stage specification must be an object, found ${typeNameOf(spec)}`)
  }
  assertKnown(spec, '$densify', ['field', 'partitionByFields', 'range'])
  const field = spec.get('field')
  const range = spec.get('range')
  if (typeof field !== 'string') throw missing('$densify.field')
  if (!isDocument(range)) throw missing('$densify.range')
  assertKnown(range, '$densify.range', ['step', 'unit', 'bounds'])
  const fields = spec.get('partitionByFields')
  const partitions = fields === undefined ? [] : [...partitionByFields(fields, '$densify').values()].map(pathOf)
  const step = readStep(range)
  const bounds = readBounds(range.get('bounds'), step)
  if (bounds === 'partition' && partitions.length === 0) {
    const text =
      "one may not specify the bounds as 'partition' without specifying a non-empty array of partitionByFields. You may have meant to specify 'full' bounds."
    throw new CommandError(5733408, text)
  }
  return { path: parseFieldPath(field), partitions, step, bounds }
}

// fields come as `$name`
function pathOf(field: BsonValue): readonly string[] {
  return parseFieldPath(String(field).slice(1))
}

function assertKnown(spec: BsonDocument, holder: string, names: readonly string[]): void {
  for (const name of spec.keys()) {
    if (!names.includes(name)) throw new CommandError(40415, `BSON field '${holder}.${name}' is an unknown field.`)
  }
}

function missing(field: string): CommandError {
  return new CommandError(40414, `BSON field '${field}' is missing but a required field`)
}

function readStep(range: BsonDocument): Series {
  const step = range.get('step')
  if (!isNumber(step) || !(toNumber(step) > 0)) {
    const text = 'The step parameter in a range statement must be a strictly positive numeric value'
    throw new CommandError(5733401, text)
  }
  const unitName = range.get('unit')
  if (unitName === undefined) return numbers((count) => multiply([step, new Int32(count)]))
  if (typeof unitName !== 'string') throw new CommandError('TypeMismatch', "'unit' in $densify must be a string")
  const unit = readUnit(unitName)
  const amount = wholeNumber(step)
  if (amount === undefined) {
    throw new CommandError(
      6586400,
      'The step parameter in a range statement must be a whole number when densifying a date range',
    )
  }
  return {
    at: (from, count) => dateAt(addUnits((from as Date).getTime(), unit, amount * count, UTC), '$densify'),
    check: (value) => {
      if (value instanceof Date) return value
      throw new CommandError(6053600, 'Densify field type must be a date if a unit is given')
    },
  }
}

function numbers(offset: (count: number) => Parameters<NumberSum['add']>[0]): Series {
  return {
    at: (from, count) => {
      const sum = new NumberSum()
      if (isNumber(from)) sum.add(from)
      sum.add(offset(count))
      return sum.value()
    },
    check: (value) => {
      if (isNumber(value)) return value
      throw new CommandError(5733201, 'Densify field type must be numeric')
    },
  }
}

function readBounds(bounds: BsonValue | undefined, step: Series): DensifySpec['bounds'] {
  if (bounds === 'full' || bounds === 'partition') return bounds
  if (!Array.isArray(bounds) || bounds.length !== 2) {
    const text = "Bounds must be an array of two values, or the string 'full' or 'partition'"
    throw new CommandError(5733403, text)
  }
  const [from, to] = bounds.map((bound) => step.check(bound)) as [BsonValue, BsonValue]
  return [from, to]
}
