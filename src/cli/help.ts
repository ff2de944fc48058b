import { ACTIONS } from './read-args.ts'
import { CONFIG_VARIABLE } from './config-file/read-config.ts'
import { defaultText, flagOf, type Option, variableOf } from '../relay/options/option.ts'
import { SETTING_GROUPS } from '../relay/options/table.ts'
import { wrap } from '../util/wrap.ts'

const WIDTH = 120

const USAGE = `Relays MongoDB change streams to GraphQL subscriptions, with a live page.

Usage
  tailrace [options]            start the relay
  tailrace engine [--port n]    start the embedded engine alone, for tests and demos (default port 27017)
`

const SHORT: Readonly<Record<string, string>> = { help: '-h, ', version: '-v, ' }

/** What `--help` prints, at most 120 columns wide. */
export function helpText(): string {
  const groups = SETTING_GROUPS.map(({ heading, rows }) => {
    const lines = rows.map(([key, setting]) => [
      flagText(key, setting),
      variableOf(key, setting),
      `${setting.about}${setting.kind.isList ? '; again for more, or separated by commas' : ''} (${defaultText(setting)})`,
    ])
    return { heading, lines }
  })
  const actions = ACTIONS.map(([flag, value, about]) => [
    `${SHORT[flag] ?? ''}--${flag}${value && ` <${value}>`}`,
    flag === 'config' ? CONFIG_VARIABLE : '',
    about,
  ])
  const all = [...groups, { heading: 'Configuration', lines: actions }]
  const widths = [0, 1].map((column) =>
    Math.max(...all.flatMap(({ lines }) => lines.map((line) => line[column]?.length ?? 0))),
  )
  const blocks = all.map(({ heading, lines }) => [heading, ...lines.flatMap((line) => layOut(line, widths))].join('\n'))
  return [
    USAGE,
    'Options (each has an environment variable; a flag wins). Sizes: 65536, 64KiB, 16MiB. Times: 500, 500ms, 30s, 5m, 1h',
    '',
    blocks.join('\n\n'),
    '',
  ].join('\n')
}

/** A setting's flag as one types it. */
export function flagText(key: string, setting: Option<unknown>): string {
  const { kind, fallback } = setting
  const flag = flagOf(key, setting)
  if (kind.placeholder === '') return fallback === true ? `--no-${flag}` : `--${flag}`
  return `--${flag} <${kind.placeholder}>`
}

function layOut([flag = '', variable = '', about = '']: readonly string[], widths: readonly number[]): string[] {
  const [first = 0, second = 0] = widths
  const start = `  ${flag.padEnd(first)}  ${variable.padEnd(second)}  `
  const [line = '', ...more] = wrap(about, WIDTH - start.length)
  return [start + line, ...more.map((rest) => ' '.repeat(start.length) + rest)]
}
