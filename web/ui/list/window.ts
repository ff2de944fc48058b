/** Which rows of a list are drawn. */
export interface RowWindow {
  /** From the top. */
  readonly first: number
  /** Exclusive. */
  readonly end: number
}

/** How many rows are drawn above and below what is seen. */
const OVERSCAN = 8

/** Gives the rows to draw: those in sight, and a few around them. Lengths are in pixels. */
export function toWindow(scrollTop: number, height: number, rowHeight: number, count: number): RowWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN)
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + OVERSCAN)
  return { first: Math.min(first, end), end }
}
