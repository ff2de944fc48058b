import { describe, expect, it } from 'vitest'
import { flagText, helpText } from '../../src/cli/help.ts'
import { ACTIONS } from '../../src/cli/read-args.ts'
import { variableOf } from '../../src/relay/options/option.ts'
import { SETTING_ROWS } from '../../src/relay/options/table.ts'

const widthOf = (text: string) => Math.max(...text.split('\n').map((line) => line.length))

describe('the help', () => {
  it('is short, and says where the rest is', () => {
    const text = helpText(false)
    expect(text.split('\n').length).toBeLessThanOrEqual(36)
    expect(widthOf(text)).toBeLessThanOrEqual(80)
    for (const flag of ['--mongo <uri>', '--ns <db.coll>', '--port <n>', '--config <file>', '--help all']) {
      expect(text).toContain(`  ${flag}`)
    }
    expect(text).toContain(`all ${SETTING_ROWS.length} options`)
  })

  it('has every option when all are asked for', () => {
    const text = helpText(true)
    expect(widthOf(text)).toBeLessThanOrEqual(120)
    for (const row of SETTING_ROWS) {
      expect(text).toContain(flagText(...row))
      expect(text).toContain(`  ${variableOf(...row)}  `)
    }
    for (const [flag] of ACTIONS) expect(text).toContain(`--${flag}`)
  })
})
