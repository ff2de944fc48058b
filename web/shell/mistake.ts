/** A part of a text: from the character `start` to before the character `end`, both counted from 0. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * What is wrong with a text that a person typed: the message says what was expected and what came, the rest where. The
 * only thing that readers of such texts throw.
 */
export class Mistake extends Error implements Span {
  override readonly name = 'Mistake'
  readonly start: number
  readonly end: number
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units, as {@link start}. */
  readonly column: number

  constructor(message: string, text: string, { start, end }: Span) {
    super(message)
    this.start = start
    this.end = end
    const before = text.slice(0, start)
    this.line = before.split('\n').length
    this.column = start - before.lastIndexOf('\n')
  }
}

/** The longest part of a text that a message shows, in characters. */
const MAX_SHOWN = 24

/** A part of a text as messages show it, on one line and cut short. */
export function toShown(text: string, { start, end }: Span): string {
  if (start >= text.length) return 'the end'
  const shown = text.slice(start, Math.min(end, start + MAX_SHOWN)).replaceAll(/\s+/g, ' ')
  return end - start > MAX_SHOWN ? `${shown}…` : shown
}
