import { Binary, Decimal128, Double, isNumber, type BsonValue } from '../../values.ts'
import { countWork } from '../../work-budget.ts'
import { CommandError } from '../../command-error.ts'
import type { FieldOperator } from '../language.ts'
import { isWhole, readNonNegative, truncated } from '../../numbers/integers.ts'
import { anyValue, type FieldTest } from '../predicate.ts'
import { fieldText } from '../../shell-text.ts'

function bitsOfNumber(mask: bigint): number[] {
  const bits: number[] = []
  for (let bit = 0; mask >> BigInt(bit); bit++) if ((mask >> BigInt(bit)) & 1n) bits.push(bit)
  return bits
}

function bytesOf(value: Binary): Uint8Array {
  return value.buffer.subarray(0, value.position)
}

function isSetInBytes(bytes: Uint8Array, bit: number): boolean {
  return (((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1
}

function readPosition(value: BsonValue, index: number): number {
  const shown = fieldText(String(index), value)
  if (!isNumber(value) || !isWhole(value)) {
    throw new CommandError('BadValue', `bit positions must be an integer but got: ${shown}`)
  }
  const position = truncated(value) ?? 0n
  if (position < 0n) throw new CommandError('BadValue', `bit positions must be >= 0 but got: ${shown}`)
  if (position > 0x7fff_ffffn) {
    throw new CommandError('BadValue', `bit positions cannot be represented as a 32-bit signed integer: ${shown}`)
  }
  return Number(position)
}

function readBits(operand: BsonValue): number[] {
  if (Array.isArray(operand)) return operand.map(readPosition)
  if (isNumber(operand)) return bitsOfNumber(readNonNegative(operand, '$bitsAllSet'))
  if (operand instanceof Binary) {
    const bytes = bytesOf(operand)
    return Array.from({ length: bytes.length * 8 }, (_, bit) => bit).filter((bit) => isSetInBytes(bytes, bit))
  }
  const shown = fieldText('$bitsAllSet', operand)
  throw new CommandError('BadValue', `$bitsAllSet takes an Array, a number, or a BinData but received: ${shown}`)
}

/** A reader of a value's bits: numbers in two's complement with their sign going on, binaries from the first byte. */
function bitReader(value: BsonValue): ((bit: number) => boolean) | undefined {
  if (value instanceof Binary) {
    const bytes = bytesOf(value)
    return (bit) => isSetInBytes(bytes, bit)
  }
  if (!isNumber(value)) return undefined
  if ((value instanceof Double || value instanceof Decimal128) && !isWhole(value)) return undefined
  const whole = truncated(value)
  if (whole === undefined || BigInt.asIntN(64, whole) !== whole) return undefined
  return (bit) => ((whole >> BigInt(Math.min(bit, 63))) & 1n) === 1n
}

function bitsAllSet(operand: BsonValue): FieldTest {
  const bits = readBits(operand)
  return anyValue((value) => {
    countWork(bits.length)
    const isSet = value === undefined ? undefined : bitReader(value)
    return isSet !== undefined && bits.every(isSet)
  })
}

/** `$bitsAllSet`: the one test of bits that is recorded. */
export const BIT_OPERATORS: Readonly<Record<string, FieldOperator>> = { $bitsAllSet: bitsAllSet }
