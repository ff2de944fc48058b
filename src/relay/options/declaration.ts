import { wrap } from '../../util/wrap.ts'
import type { Option } from './option.ts'
import { OPTION_ROWS } from './table.ts'

const WIDTH = 120

const HEAD = `// Generated from the table of options by \`npm run codegen\`.

/**
 * The options of a relay that are one value each. Everything has a default; durations are in milliseconds, sizes in
 * bytes.
 */
export interface PlainOptions {
`

/** The table of options as a TypeScript interface, with doc comments for editors. */
export function declarationText(): string {
  const rows = OPTION_ROWS.filter(([, { of }]) => of !== 'program')
  return `${HEAD}${rows.map(([name, option]) => `${commentOf(option)}  readonly ${name}?: ${option.kind.type} | undefined\n`).join('')}}\n`
}

function commentOf({ kind, about, more, fallback, withoutIt }: Option<unknown>): string {
  const value = typeof fallback === 'number' ? fallback.toLocaleString('en-US') : `\`${kind.show(fallback)}\``
  const unit = kind.unit === undefined ? '' : `, in ${kind.unit}`
  const text = `${capital(about)}${unit}. ${more === undefined ? '' : `${more} `}Default: ${withoutIt ?? value}.`
  const [first = '', ...others] = wrap(text, WIDTH - '  /**  */'.length)
  if (others.length === 0) return `  /** ${first} */\n`
  return ['  /**', ...wrap(text, WIDTH - '   * '.length).map((line) => `   * ${line}`), '   */', ''].join('\n')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
