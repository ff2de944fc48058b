import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration, parseSize, showDuration, showSize } from '../../../src/relay/options/units.ts'

describe('sizes and durations', () => {
  it.each([
    ['0', 0],
    ['65536', 65_536],
    ['1B', 1],
    ['64KiB', 65_536],
    ['1.5KiB', 1_536],
    ['16MiB', 16_777_216],
    ['2GiB', 2_147_483_648],
    ['1.5', undefined],
    ['1.3B', undefined],
    ['16mib', undefined],
    ['16MB', undefined],
    ['-1', undefined],
    ['', undefined],
    ['1e3', undefined],
    ['KiB', undefined],
    ['999999999999999GiB', undefined],
  ])('reads the size %j as %j', (text, bytes) => expect(parseSize(text)).toBe(bytes))

  it.each([
    ['250', 250],
    ['250ms', 250],
    ['1.1s', 1_100],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['1 h', undefined],
    ['0.5ms', undefined],
    ['5M', undefined],
    ['forever', undefined],
  ])('reads the duration %j as %j', (text, ms) => expect(parseDuration(text)).toBe(ms))

  it('writes what it reads', () => {
    const whole = fc.oneof(
      fc.nat({ max: 2 ** 40 }),
      fc.nat({ max: 1_000 }).map((count) => count * 3_600_000),
      fc.nat({ max: 1_000 }).map((count) => count * 1_048_576),
    )
    fc.assert(
      fc.property(whole, (value) => {
        expect(parseSize(showSize(value))).toBe(value)
        expect(parseDuration(showDuration(value))).toBe(value)
      }),
    )
  })
})
