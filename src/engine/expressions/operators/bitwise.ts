import { Int32, isNumber, Long } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { unary, variadic } from '../arguments.ts'
import { typeNameOf } from '../describe.ts'
import { isInteger, toBigInt } from '../numeric/integers.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'

function folded(identity: bigint, combine: (a: bigint, b: bigint) => bigint): OperatorCompiler {
  return variadic((values, name) => {
    let result = identity
    let long = false
    for (const value of values) {
      if (isNullish(value)) return null
      if (!isNumber(value) || !isInteger(value)) {
        throw new CommandError('TypeMismatch', `${name} only supports int and long operands.`)
      }
      long ||= value instanceof Long
      result = combine(result, toBigInt(value))
    }
    return long ? Long.fromBigInt(result) : new Int32(Number(result))
  })
}

const complement = unary((value, name) => {
  if (isNullish(value)) return null
  if (value instanceof Int32) return new Int32(~value.value)
  if (isNumber(value) && value instanceof Long) return Long.fromBigInt(~value.toBigInt())
  throw new CommandError('TypeMismatch', `${name} only supports int and long, not: ${typeNameOf(value)}.`)
})

/** Bits of ints and longs. */
export const BITWISE_OPERATORS: OperatorTable = {
  $bitAnd: folded(-1n, (a, b) => a & b),
  $bitOr: folded(0n, (a, b) => a | b),
  $bitXor: folded(0n, (a, b) => a ^ b),
  $bitNot: complement,
}
