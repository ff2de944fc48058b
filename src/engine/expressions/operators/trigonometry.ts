import { isNumber, toNumber } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { binary, type Maybe } from '../arguments.ts'
import { describe, typeNameOf } from '../describe.ts'
import { inWidest } from '../numeric/transcendental.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'
import { numeric } from './math.ts'

interface Domain {
  readonly text: string
  readonly has: (value: number) => boolean
}

const FINITE: Domain = { text: '(-inf,inf)', has: Number.isFinite }
const UNIT: Domain = { text: '[-1,1]', has: (value) => value >= -1 && value <= 1 }
const FROM_ONE: Domain = { text: '[1,inf]', has: (value) => value >= 1 }
const ALL: Domain = { text: '[-inf,inf]', has: () => true }

function within(domain: Domain, compute: (value: number) => number): OperatorCompiler {
  return numeric((value, name) => {
    const number = toNumber(value)
    if (!Number.isNaN(number) && !domain.has(number)) {
      throw new CommandError(50989, `cannot apply ${name} to ${describe(value)}, value must be in ${domain.text}`)
    }
    return inWidest(compute(number), [value])
  })
}

function arcTangent(y: Maybe, x: Maybe): Maybe {
  if (isNullish(y) || isNullish(x)) return null
  if (isNumber(y) && isNumber(x)) return inWidest(Math.atan2(toNumber(y), toNumber(x)), [y, x])
  const types = `${typeNameOf(y)} and ${typeNameOf(x)}`
  throw new CommandError(51044, `$atan2 only supports numeric types, not ${types}`)
}

/** Trigonometry. Results are doubles, or decimals (of a double's precision) for decimals. */
export const TRIGONOMETRY_OPERATORS: OperatorTable = {
  $sin: within(FINITE, Math.sin),
  $cos: within(FINITE, Math.cos),
  $tan: within(FINITE, Math.tan),
  $asin: within(UNIT, Math.asin),
  $acos: within(UNIT, Math.acos),
  $atan: within(ALL, Math.atan),
  $atan2: binary(arcTangent),
  $sinh: within(ALL, Math.sinh),
  $cosh: within(ALL, Math.cosh),
  $tanh: within(ALL, Math.tanh),
  $asinh: within(ALL, Math.asinh),
  $acosh: within(FROM_ONE, Math.acosh),
  $atanh: within(UNIT, Math.atanh),
  $degreesToRadians: within(ALL, (value) => value * (Math.PI / 180)),
  $radiansToDegrees: within(ALL, (value) => value * (180 / Math.PI)),
}
