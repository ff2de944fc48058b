import { Mistake } from '../../shell/mistake.ts'
import { createScanner, type Token } from '../../shell/scanner.ts'

/** What is typed at a place in a text, as far as it goes. */
export interface Caret {
  /** Whether the name of a field or a value is typed. */
  readonly position: 'name' | 'value'
  /** What is there of it, without its quote. */
  readonly prefix: string
  /** Where it begins, its quote included. */
  readonly start: number
  /** The quote that it begins with, or none. */
  readonly quote: string
  /** The names of the fields and operators that it stands in, from outside; for a value also its own. */
  readonly path: readonly string[]
}

interface Frame {
  readonly close: '}' | ']' | ')' | ''
  /** What it stands at in the frame around it. */
  readonly name: string | undefined
  /** The name that was read last, before its value. */
  field: string | undefined
  isAtName: boolean
}

const CLOSES: Readonly<Record<string, '}' | ']' | ')'>> = { '{': '}', '[': ']', '(': ')' }

/**
 * What is typed at the end of a text, up to there right or wrong. **Cost**: linear.
 *
 * @returns null where nothing can be, such as just after a value
 */
export function caretAt(text: string): Caret | null {
  const tokens: Token[] = []
  // a path that goes on
  const whole = /[\p{ID_Continue}$]\.$/u.test(text) ? text.slice(0, -1) : text
  const scanner = createScanner(whole)
  let open: number | undefined
  try {
    for (let token = scanner.next(); token.kind !== 'end'; token = scanner.next()) tokens.push(token)
  } catch (error) {
    if (!(error instanceof Mistake)) throw error
    const isString = /^["']/.test(text.slice(error.start)) && error.end === whole.length
    if (!isString) return null
    open = error.start
  }
  const last = tokens.at(-1)
  const isPartial = open === undefined && last?.kind === 'name' && last.end === whole.length
  const frames = toFrames(isPartial ? tokens.slice(0, -1) : tokens)
  const frame = frames.at(-1)
  if (!frame) return null
  const start = open ?? (isPartial ? last.start : text.length)
  if (!isBetween(tokens.at(isPartial ? -2 : -1))) return null
  const names = frames.flatMap(({ name }) => (name === undefined ? [] : [name]))
  return {
    position: frame.isAtName ? 'name' : 'value',
    prefix: open === undefined ? text.slice(start) : text.slice(start + 1),
    start,
    quote: open === undefined ? '' : (text[open] ?? ''),
    path: frame.isAtName || frame.field === undefined ? names : [...names, frame.field],
  }
}

/** Whether something may follow a token: it opens, or it separates. */
function isBetween(token: Token | undefined): boolean {
  return token === undefined || (token.kind === 'punctuation' && '{[(,:'.includes(token.text))
}

function toFrames(tokens: readonly Token[]): Frame[] {
  const isBraced = tokens[0]?.kind === 'punctuation' && tokens[0].text === '{'
  const frames: Frame[] = isBraced ? [] : [{ close: '', name: undefined, field: undefined, isAtName: true }]
  for (const token of tokens) {
    const frame = frames.at(-1)
    const close = token.kind === 'punctuation' ? CLOSES[token.text] : undefined
    if (close) frames.push({ close, name: frame?.field, field: undefined, isAtName: close === '}' })
    else if (token.kind === 'punctuation') separate(frames, frame, token.text)
    else if (frame?.isAtName) frame.field = token.text
  }
  return frames
}

function separate(frames: Frame[], frame: Frame | undefined, text: string): void {
  if (!frame) return
  if (text === frame.close) frames.pop()
  else if (text === ':') frame.isAtName = false
  else if (text === ',' && (frame.close === '}' || frame.close === '')) {
    frame.isAtName = true
    frame.field = undefined
  }
}
