import { ACTIONS } from './read-args.ts'
import { CONFIG_VARIABLE } from './config-file/read-config.ts'
import { defaultText, flagOf, type Option, variableOf } from '../relay/options/option.ts'
import { SETTING_GROUPS, SETTING_ROWS } from '../relay/options/table.ts'
import { wrap } from '../util/wrap.ts'

const WIDTH = 120
const SHORT_WIDTH = 80

const USAGE = `Relays MongoDB change streams to GraphQL subscriptions, with a live page.

Usage
  tailrace [options]            start the relay
  tailrace engine [--port n]    the embedded engine alone (port 27017)
  tailrace ingest [options]     copy changes to NATS, where relays read them
  tailrace types --ns db.coll   TypeScript types from a collection's $jsonSchema
`

const SHORT: Readonly<Record<string, string>> = { help: '-h, ', version: '-v, ' }

/** Actions that the short help has. */
const COMMON_ACTIONS: readonly string[] = ['config', 'check-config', 'version']

/** What `--help` prints: what most people need first, or all options; at most 80 or 120 columns wide. */
export function helpText(isWhole: boolean): string {
  return isWhole ? wholeText() : shortText()
}

function shortText(): string {
  const settings = SETTING_ROWS.filter(([, { isCommon }]) => isCommon).map(([key, setting]) => [
    flagText(key, setting),
    `${setting.about} (${defaultText(setting)})`,
  ])
  const actions = ACTIONS.filter(([flag]) => COMMON_ACTIONS.includes(flag)).map((action) => [
    actionText(action),
    action[2],
  ])
  const all = ['--help all', `all ${SETTING_ROWS.length} options, with their environment variables and defaults`]
  const lines = [...settings, ...actions, all]
  const width = Math.max(...lines.map(([flag = '']) => flag.length))
  const options = lines.flatMap((line) => layOut(line, [width], SHORT_WIDTH))
  return [USAGE, 'Options', ...options, ''].join('\n')
}

function actionText([flag, value]: (typeof ACTIONS)[number]): string {
  return `${SHORT[flag] ?? ''}--${flag}${value && ` <${value}>`}`
}

function wholeText(): string {
  const groups = SETTING_GROUPS.map(({ heading, rows }) => {
    const lines = rows.map(([key, setting]) => [
      flagText(key, setting),
      variableOf(key, setting),
      `${setting.about}${setting.kind.isList ? '; again for more, or separated by commas' : ''} (${defaultText(setting)})`,
    ])
    return { heading, lines }
  })
  const actions = ACTIONS.map((action) => [
    actionText(action),
    action[0] === 'config' ? CONFIG_VARIABLE : '',
    action[2],
  ])
  const all = [...groups, { heading: 'Configuration', lines: actions }]
  const widths = [0, 1].map((column) =>
    Math.max(...all.flatMap(({ lines }) => lines.map((line) => line[column]?.length ?? 0))),
  )
  const blocks = all.map(({ heading, lines }) =>
    [heading, ...lines.flatMap((line) => layOut(line, widths, WIDTH))].join('\n'),
  )
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

/** A line of several columns, of which the last is wrapped. */
function layOut(cells: readonly string[], widths: readonly number[], width: number): string[] {
  const start = widths.map((width, column) => `  ${(cells[column] ?? '').padEnd(width)}`).join('') + '  '
  const [line = '', ...more] = wrap(cells.at(-1) ?? '', width - start.length)
  return [start + line, ...more.map((rest) => ' '.repeat(start.length) + rest)]
}
