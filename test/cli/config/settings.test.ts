import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { helpText } from '../../../src/cli/help.ts'
import { flagOf, variableOf } from '../../../src/cli/settings/setting.ts'
import { SETTING_ROWS } from '../../../src/cli/settings/settings.ts'

const OPTIONS = readFileSync(resolve(import.meta.dirname, '../../../src/relay/options.ts'), 'utf8')

/** The comment of an option of `createRelay`, in one line. */
function commentOf(option: string): string | undefined {
  const [, comment] = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*readonly ${option}\\?:`).exec(OPTIONS) ?? []
  return comment?.replaceAll(/\s*\n\s*\* ?/g, ' ').trim()
}

describe('the table of settings', () => {
  it('has no flag, variable or short name twice', () => {
    const flags = SETTING_ROWS.map(([key, setting]) => flagOf(key, setting))
    const variables = SETTING_ROWS.map(([key, setting]) => variableOf(key, setting))
    expect(new Set(flags).size).toBe(flags.length)
    expect(new Set(variables).size).toBe(variables.length)
  })

  it.each(SETTING_ROWS.filter(([, { isPrograms }]) => !isPrograms))(
    'has %s as createRelay has it, with the same default',
    (key, { kind, fallback }) => {
      const comment = commentOf(key)
      expect(comment).toBeDefined()
      const told = /Default:? `?([\w.,]+(?: MiB)?)`?/.exec(comment ?? '')?.[1]?.replaceAll(/[,.]$|,| /g, '')
      if (fallback === undefined || Array.isArray(fallback)) return
      expect(kind.read(told)).toBe(fallback)
    },
  )

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
