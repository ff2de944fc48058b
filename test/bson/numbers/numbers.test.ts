import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asDouble, compareNumbers, numberKey, orderAgainst } from '../../../src/bson/numbers/numbers.ts'
import { Decimal128, Double, Int32, Long, type BsonNumber } from '../../../src/bson/values.ts'
import { stepsSoFar } from '../../../src/bson/work-budget.ts'

const decimal = (text: string) => Decimal128.fromString(text)

const anyDecimal = fc
  .tuple(
    fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }),
    fc.oneof(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -6143, max: 6111 })),
  )
  .map(([coefficient, exponent]) => decimal(`${coefficient}E${exponent}`))
const anyNumber: fc.Arbitrary<BsonNumber> = fc.oneof(
  fc.integer().map((value) => new Int32(value)),
  fc.double().map((value) => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  anyDecimal,
  // what is close to one another, or equal in several types
  fc
    .tuple(fc.integer({ min: -9, max: 9 }), fc.constantFrom('', '.5', '.25', '.1', 'E-300', 'E+20'))
    .map(([n, rest]) => decimal(`${n}${rest}`)),
  fc
    .tuple(fc.integer({ min: -9, max: 9 }), fc.constantFrom(0, 0.5, 0.25, 0.1))
    .map(([n, rest]) => new Double(n + rest)),
  fc.constantFrom(
    decimal('NaN'),
    decimal('Infinity'),
    decimal('-Infinity'),
    decimal('9007199254740993'),
    Long.fromString('9007199254740993'),
  ),
)

/** A number as a fraction, or where it stands among those that are none. */
function toFraction(value: BsonNumber): { over: bigint; under: bigint } | number {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(textOf(value)) ?? []
  if (whole === '') return Number(value.toString())
  const power = Number(exponent) - fraction.length
  const digits = BigInt(`${sign}${whole}${fraction}`)
  return power < 0 ? { over: digits, under: 10n ** BigInt(-power) } : { over: digits * 10n ** BigInt(power), under: 1n }
}

// a double has at most 1,074 digits behind the point
function textOf(value: BsonNumber): string {
  if (!(value instanceof Double) || !Number.isFinite(value.value)) return value.toString()
  let scaled = value.value
  let twos = 0
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    twos++
  }
  return `${BigInt(scaled) * 5n ** BigInt(twos)}E-${twos}`
}

function compareFractions(a: BsonNumber, b: BsonNumber): number {
  const [x, y] = [toFraction(a), toFraction(b)]
  if (typeof x === 'object' && typeof y === 'object') {
    const [left, right] = [x.over * y.under, y.over * x.under]
    return left < right ? -1 : left > right ? 1 : 0
  }
  const [left, right] = [x, y].map((one) => (typeof one === 'object' ? 0 : one)) as [number, number]
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(right)) - Number(Number.isNaN(left))
  return Math.sign(left < right ? -1 : left > right ? 1 : 0)
}

describe('numbers', () => {
  it('are ordered by their exact values, whatever their types', () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, (a, b) => {
        const expected = compareFractions(a, b)
        expect(Math.sign(compareNumbers(a, b)) + 0).toBe(expected)
        expect(Math.sign(orderAgainst(b)(a)) + 0).toBe(expected)
        expect(numberKey(a) === numberKey(b)).toBe(expected === 0)
      }),
      { numRuns: 3_000 },
    )
  })

  it('are given as doubles where they are one', () => {
    fc.assert(
      fc.property(anyNumber, (number) => {
        const double = asDouble(number)
        if (double !== undefined) expect(compareFractions(new Double(double), number)).toBe(0)
        else expect(compareFractions(new Double(Number(number.toString())), number)).not.toBe(0)
      }),
    )
  })

  it.each(['1E+6111', '1E-6176', '9999999999999999999999999999999999E+6111', '-1E+6000'])(
    'of extreme exponents cost as little as others: %s',
    (text) => {
      const before = stepsSoFar()
      compareNumbers(decimal(text), decimal('1'))
      expect(stepsSoFar() - before).toBeLessThan(100)
      expect(numberKey(decimal(text)).length).toBeLessThan(50)
    },
  )
})
