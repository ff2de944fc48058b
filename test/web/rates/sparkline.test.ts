import { describe, expect, it } from 'vitest'
import { toSparkline } from '../../../web/rates/sparkline.ts'

describe('a sparkline', () => {
  it.each([
    [[0, 5, 10], 'M0 20L50 10L100 0'],
    [[0, 0, 0], 'M0 20L50 20L100 20'],
    [[3], 'M0 0'],
    [[], ''],
  ])('goes through %j', (points, path) => {
    expect(toSparkline(points, 100, 20)).toBe(path)
  })
})
