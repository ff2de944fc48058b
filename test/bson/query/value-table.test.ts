import { describe, expect, it } from 'vitest'
import { createValueTable } from '../../../src/bson/query/value-table.ts'
import { isEqual } from '../../../src/bson/compare.ts'
import { Decimal128, Int32, type BsonValue } from '../../../src/bson/values.ts'
import { stepsSoFar } from '../../../src/bson/work-budget.ts'
import { oneOf } from '../../support/random/names.ts'
import { Random } from '../../support/random/random.ts'
import { value as anyValue } from '../../support/random/values.ts'

const toName = oneOf(['a', '0', ''])

function stepsOf(run: () => unknown): number {
  const before = stepsSoFar()
  run()
  return stepsSoFar() - before
}

describe('a table of values', () => {
  it('finds what equals one of them, and nothing else', () => {
    const random = new Random(7)
    for (let round = 0; round < 2_000; round++) {
      const values = random.several(12, () => anyValue(random, 2, toName))
      const table = createValueTable(values)
      const other = anyValue(random, 2, toName)
      expect(table.find(other) >= 0).toBe(values.some((value) => isEqual(value, other)))
      const numbers = values.map((value) => table.find(value))
      expect(new Set(numbers).size).toBe(table.size)
      for (const [i, value] of values.entries()) {
        expect(numbers[i]).toBeGreaterThanOrEqual(0)
        expect(numbers[i]).toBeLessThan(table.size)
        expect(values.map((one, j) => isEqual(one, value) === (numbers[i] === numbers[j]))).not.toContain(false)
      }
    }
  })

  it.each<[title: string, values: BsonValue[], looked: BsonValue]>([
    ['decimals', many((i) => Decimal128.fromString(`${i}.5E-6000`)), new Int32(5)],
    ['decimals with a decimal', many((i) => Decimal128.fromString(`${i}E+6000`)), Decimal128.fromString('1E+6001')],
    ['strings with a long one', many((i) => `${'x'.repeat(30)}${i}`), 'x'.repeat(1_000_000)],
    ['arrays with a long one', many((i) => [new Int32(i)]), new Array<BsonValue>(100_000).fill(new Int32(5))],
    ['documents with a large one', many((i) => new Map([['a', new Int32(i)]])), large()],
  ])('compares %s in a few steps', (_title, values, looked) => {
    const table = createValueTable(values)
    expect(stepsOf(() => table.find(looked))).toBeLessThan(200)
  })
})

function many(make: (i: number) => BsonValue): BsonValue[] {
  return Array.from({ length: 2_000 }, (_, i) => make(i))
}

function large(): BsonValue {
  return new Map(Array.from({ length: 10_000 }, (_, i) => [`a${i}`, new Int32(i)]))
}
