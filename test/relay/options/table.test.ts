import { describe, expect, it } from 'vitest'
import { flagOf, variableOf } from '../../../src/relay/options/option.ts'
import { SETTING_ROWS } from '../../../src/relay/options/table.ts'

describe('the table of options', () => {
  it('has no flag, variable or short name twice', () => {
    const flags = SETTING_ROWS.map(([key, setting]) => flagOf(key, setting))
    const variables = SETTING_ROWS.map(([key, setting]) => variableOf(key, setting))
    expect(new Set(flags).size).toBe(flags.length)
    expect(new Set(variables).size).toBe(variables.length)
  })

  it('reads its own defaults as they are shown', () => {
    for (const [, { kind, fallback }] of SETTING_ROWS) {
      if (fallback !== undefined) expect(kind.read(kind.show(fallback))).toEqual(fallback)
    }
  })
})
