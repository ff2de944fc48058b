import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Decimal128, Long } from '../../../../src/bson/values.ts'
import { accumulate, evaluate, titled, type Row } from '../evaluate.ts'

const dec = (text: string): Decimal128 => Decimal128.fromString(text)

/** An exact number, `numerator / denominator`; the denominator is positive. */
interface Rational {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** A decimal as its digits and its exponent. */
interface Digits {
  readonly coefficient: bigint
  readonly exponent: number
}

const [LEAST, GREATEST, MOST_DIGITS] = [-6176, 6111, 34]

function rational({ coefficient, exponent }: Digits): Rational {
  const power = 10n ** BigInt(Math.abs(exponent))
  return exponent < 0
    ? { numerator: coefficient, denominator: power }
    : { numerator: coefficient * power, denominator: 1n }
}

function digitCount(value: bigint): number {
  return value.toString().replace('-', '').length
}

/** The number divided by a power of ten, rounded half to even, and whether that was exact. */
function scaled({ numerator, denominator }: Rational, exponent: number): { value: bigint; isExact: boolean } {
  const power = 10n ** BigInt(Math.abs(exponent))
  const [n, d] = exponent < 0 ? [numerator * power, denominator] : [numerator, denominator * power]
  const sign = n < 0n ? -1n : 1n
  const size = n * sign
  const [floor, rest] = [size / d, size % d]
  const up = rest * 2n > d || (rest * 2n === d && floor % 2n === 1n)
  return { value: sign * (up ? floor + 1n : floor), isExact: rest === 0n }
}

/**
 * What IEEE 754 asks for: the exact result with the exponent nearest to the ideal one, else the nearest of 34 digits.
 */
function reference(exact: Rational, ideal: number): string {
  const bounded = Math.min(GREATEST, Math.max(LEAST, ideal))
  if (exact.numerator === 0n) return text({ coefficient: 0n, exponent: bounded })
  const magnitude = digitCount(exact.numerator) - digitCount(exact.denominator)
  // the lowest exponent at which 34 digits suffice
  let lowest = Math.max(LEAST, magnitude - MOST_DIGITS - 1)
  while (digitCount(scaled(exact, lowest).value) > MOST_DIGITS) lowest++
  if (lowest > GREATEST) return exact.numerator < 0n ? '-Infinity' : 'Infinity'
  let exponent = Math.max(lowest, bounded)
  while (exponent > lowest && !scaled(exact, exponent).isExact) exponent--
  return text({ coefficient: scaled(exact, exponent).value, exponent })
}

function text({ coefficient, exponent }: Digits): string {
  return dec(`${coefficient}E${exponent}`).toString()
}

/** Signs of zeros aside, which a rational has not. */
function plain(value: string): string {
  return value.replace(/^-(?=[0.]*(E|$))/, '')
}

const coefficients = fc.oneof(
  fc.bigInt({ min: -999n, max: 999n }),
  fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }),
  fc.constantFrom(10n ** 34n - 1n, 10n ** 33n, 5n * 10n ** 33n, -(10n ** 17n), 5n),
)
const exponents = fc.oneof(
  fc.integer({ min: -40, max: 40 }),
  fc.integer({ min: LEAST, max: GREATEST }),
  fc.constantFrom(LEAST, LEAST + 1, GREATEST, GREATEST - 33, 0),
)
const digits: fc.Arbitrary<Digits> = fc.record({ coefficient: coefficients, exponent: exponents })
const pairs = fc.oneof(
  fc.tuple(digits, digits),
  // near each other, where rounding matters
  fc
    .tuple(digits, coefficients, fc.integer({ min: -75, max: 75 }))
    .map(([a, coefficient, gap]): [Digits, Digits] => [
      a,
      { coefficient, exponent: Math.min(GREATEST, Math.max(LEAST, a.exponent + gap)) },
    ]),
)

function run(operator: string, ...operands: readonly (Digits | number)[]): string {
  const values = operands.map((operand) => (typeof operand === 'number' ? operand : dec(text(operand))))
  if (operator === '$sum') return plain(accumulate('$sum', values).replace(/m$/, ''))
  return plain(evaluate({ [operator]: values.length === 1 ? values[0] : values }).replace(/m$/, ''))
}

describe('decimals', () => {
  it.each(['$add', '$sum', '$subtract', '$multiply', '$divide'])(
    '%s has the digits and the exponent of IEEE 754',
    (operator) => {
      fc.assert(
        fc.property(pairs, ([a, b]) => {
          const [x, y] = [rational(a), rational(b)]
          const cross = x.numerator * y.denominator
          const other = y.numerator * x.denominator
          const denominator = x.denominator * y.denominator
          const least = Math.min(a.exponent, b.exponent)
          if (operator === '$divide') {
            if (b.coefficient === 0n) return
            const sign = y.numerator < 0n ? -1n : 1n
            const quotient = { numerator: cross * sign, denominator: x.denominator * y.numerator * sign }
            expect(run(operator, a, b)).toBe(reference(quotient, a.exponent - b.exponent))
          } else if (operator === '$multiply') {
            const product = { numerator: x.numerator * y.numerator, denominator }
            expect(run(operator, a, b)).toBe(reference(product, a.exponent + b.exponent))
          } else {
            const numerator = operator === '$subtract' ? cross - other : cross + other
            // the first operand is added to a plain zero, which pads one without digits down to the point
            if (operator !== '$subtract' && a.exponent > 0) return
            expect(run(operator, a, b)).toBe(reference({ numerator, denominator }, least))
          }
        }),
        { numRuns: 300 },
      )
    },
  )

  it('$mod is exact, whatever lies between the operands', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        if (b.coefficient === 0n) return
        const exponent = Math.min(a.exponent, b.exponent)
        const [x, y] = [a, b].map((each) => each.coefficient * 10n ** BigInt(each.exponent - exponent))
        const rest = (x as bigint) % (y as bigint)
        expect(run('$mod', a, b)).toBe(reference(rational({ coefficient: rest, exponent }), exponent))
      }),
      { numRuns: 200 },
    )
  })

  it('$abs changes the sign alone', () => {
    fc.assert(
      fc.property(digits, ({ coefficient, exponent }) => {
        const size = coefficient < 0n ? -coefficient : coefficient
        expect(run('$abs', { coefficient, exponent })).toBe(text({ coefficient: size, exponent }))
      }),
      { numRuns: 500 },
    )
  })

  it('$round and $trunc give as many digits after the point as asked for, where there is room', () => {
    fc.assert(
      fc.property(digits, fc.integer({ min: -20, max: 100 }), (value, places) => {
        const exact = rational(value)
        const room = digitCount(scaled(exact, -places).value) <= MOST_DIGITS
        const rounded = room
          ? text({ coefficient: scaled(exact, -places).value, exponent: -places })
          : reference(exact, LEAST)
        expect(run('$round', value, places)).toBe(rounded)
        const cut = value.exponent >= -places ? undefined : value.coefficient / 10n ** BigInt(-places - value.exponent)
        if (cut !== undefined) expect(run('$trunc', value, places)).toBe(text({ coefficient: cut, exponent: -places }))
      }),
      { numRuns: 300 },
    )
  })

  const rows: Row[] = [
    [{ $abs: dec('0.0000001') }, '1E-7m'],
    [{ $abs: dec('-1E-6176') }, '1E-6176m'],
    [{ $abs: dec('-Infinity') }, 'Infinitym'],
    [{ $add: [dec('10.25'), 2.5] }, '12.75000000000000m'],
    [{ $add: [2.5, dec('10.25')] }, '12.75000000000000000000000000000000m'],
    [{ $add: [1, dec('3.5'), 1] }, '5.5m'],
    [{ $add: [0.1, 0.2, 0.3] }, '0.6000000000000001'],
    [{ $add: [dec('1E+6111'), dec('1E-6176')] }, '1.000000000000000000000000000000000E+6111m'],
    [{ $subtract: [dec('1E+40'), dec('1')] }, '1.000000000000000000000000000000000E+40m'],
    [{ $add: [dec('Infinity'), dec('-Infinity')] }, 'NaNm'],
    [{ $multiply: [dec('-1'), dec('0')] }, '-0m'],
    [{ $multiply: [dec('9E+6111'), dec('9E+6111')] }, 'Infinitym'],
    [{ $multiply: [0.1, 3, dec('1')] }, '0.300000000000000m'],
    [{ $divide: [dec('1'), dec('Infinity')] }, '0E-6176m'],
    [{ $mod: [dec('-7.50'), dec('2')] }, '-1.50m'],
    [{ $mod: [dec('1E+6111'), dec('7')] }, `${10n ** 6111n % 7n}m`],
    [{ $ceil: dec('-0.5') }, '-0m'],
    [{ $floor: dec('-1E-6176') }, '-1m'],
    [{ $ceil: dec('1E+40') }, 'NaNm'],
    [{ $floor: dec('1E+2') }, '100m'],
    [{ $round: [dec('1.5'), 3] }, '1.500m'],
    [{ $trunc: dec('1E+40') }, '1.000000000000000000000000000000000E+40m'],
    [{ $round: [1e300, 2] }, '1e+300'],
    [{ $pow: [dec('1.1'), 2] }, '1.21000000000000m'],
    [{ $pow: [dec('10'), 2_147_483_647] }, 'Infinitym'],
    [{ $sqrt: dec('2.25') }, '1.50000000000000m'],
    [{ $toDecimal: 0.1 }, '0.100000000000000m'],
    [{ $toDecimal: 1e300 }, '1.00000000000000E+300m'],
    [{ $toDecimal: Long.MAX_VALUE }, '9223372036854775807m'],
    [{ $toLong: dec('1E+18') }, '1000000000000000000L'],
    [{ $toInt: dec('-1.9999999999999999999999999999999') }, '-1'],
    [{ $toDouble: dec('0.1') }, '0.1'],
  ]
  it.each(titled(rows))('evaluates %s', (_, [expression, expected]) => {
    expect(evaluate(expression)).toBe(expected)
  })

  it.each([
    ['$sum', [dec('1E+3')], '1000m'],
    ['$sum', [1, dec('3.5'), 1], '5.500000000000000000000000000000000m'],
    ['$sum', [dec('3.5'), 0], '3.5m'],
    ['$avg', [dec('1'), dec('2')], '1.5m'],
    ['$avg', [dec('1'), 2], '1.500000000000000000000000000000000m'],
  ])('%s accumulates %s', (name, values, expected) => {
    expect(accumulate(name, values)).toBe(expected)
  })
})
