import { describe, expect, it } from 'vitest'
import { helpText } from '../../../src/cli/help.ts'
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

describe('the help', () => {
  it('tells every flag and variable within 120 columns', () => {
    const help = helpText()
    for (const [key, setting] of SETTING_ROWS) {
      expect(help).toContain(flagOf(key, setting))
      expect(help).toContain(`  ${variableOf(key, setting)}  `)
    }
    expect(help.split('\n').filter((line) => line.length > 120)).toEqual([])
  })
})
