import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readArgs } from '../../../src/cli/read-args.ts'
import { readConfig } from '../../../src/cli/config-file/read-config.ts'
import { UsageError } from '../../../src/cli/usage-error.ts'
import { partOfLimits } from '../../../src/cli/workers/limits.ts'
import { flagOf } from '../../../src/relay/options/option.ts'
import { SETTING_ROWS } from '../../../src/relay/options/table.ts'

const DIVIDED = SETTING_ROWS.filter(([, { isDivided }]) => isDivided)

const read = (...flags: string[]) => readConfig(readArgs(flags), {})

describe('the parts of limits that workers have', () => {
  it('are together what was set, and differ by one at most', async () => {
    expect(DIVIDED.length).toBeGreaterThan(5)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...DIVIDED),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(10_000),
        async (row, count, more) => {
          const [key] = row
          const whole = count + more
          const config = await read(`--${flagOf(...row)}`, String(whole))
          const parts = Array.from({ length: count }, (_, index) => partOfLimits(config, { index, count })[key])
          const numbers = parts.filter((part) => typeof part === 'number')
          expect(numbers.reduce((sum, part) => sum + part, 0)).toBe(whole)
          expect(Math.max(...numbers) - Math.min(...numbers)).toBeLessThanOrEqual(1)
          expect(Math.min(...numbers)).toBeGreaterThan(0)
        },
      ),
    )
  })

  it('are what a process can bear where nothing was set', async () => {
    expect(partOfLimits(await read(), { index: 0, count: 64 })).toEqual({})
  })

  it('leave alone what is of one connection, one change stream or one event', async () => {
    const config = await read(
      '--window-bytes',
      '1',
      '--max-subscriptions-per-connection',
      '1',
      '--max-result-bytes',
      '1',
    )
    expect(partOfLimits(config, { index: 0, count: 2 })).toEqual({})
  })

  it('are refused where there would be none for some worker', async () => {
    for (const row of DIVIDED) {
      const config = await read(`--${flagOf(...row)}`, '3')
      expect(() => partOfLimits(config, { index: 0, count: 4 })).toThrow(UsageError)
      expect(() => partOfLimits(config, { index: 0, count: 4 })).toThrow(
        `\`${row[0]}\` is 3, which cannot be divided among 4`,
      )
    }
  })
})
