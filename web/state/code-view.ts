import type { CodeView } from '../code/code-view.ts'
import { readFilter } from '../filter/read-filter.ts'
import { readStart, type Start } from './start.ts'
import type { View } from './view.ts'

/** Gives a view, and the operations that are shown of it, as code is to show it. */
export function toCodeView(
  { db, coll, where, from }: View,
  operationTypes: readonly string[],
  nowMs: number,
): CodeView {
  const start = from === null ? null : readStart(from)
  return {
    db,
    coll,
    where: where === null ? null : toWhere(where),
    operationTypes: operationTypes.length === 0 ? null : operationTypes,
    fullDocument: 'UPDATE_LOOKUP',
    fullDocumentBeforeChange: 'WHEN_AVAILABLE',
    start: toCodeStart(start, nowMs),
    snapshot: start?.kind === 'snapshot' ? 'FIRST' : null,
  }
}

function toWhere(text: string): string | null {
  try {
    return readFilter(text)?.where ?? null
  } catch {
    // the page says what is wrong with it
    return null
  }
}

function toCodeStart(start: Start | null, nowMs: number): CodeView['start'] {
  switch (start?.kind) {
    case 'last':
      return { kind: 'last', count: start.count }
    case 'after':
      return { kind: 'after', resumeToken: start.token }
    case 'at':
      return { kind: 'at', seconds: Math.max(1, start.seconds), ordinal: start.ordinal }
    case 'ago':
      return { kind: 'at', seconds: Math.floor(nowMs / 1000) - start.minutes * 60, ordinal: 0 }
    case undefined:
    case 'now':
    case 'snapshot':
      return { kind: 'now' }
  }
}
