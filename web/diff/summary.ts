import { isContainer } from '../json/tokens.ts'
import type { Difference } from './compare.ts'
import { toDifferences } from './differences.ts'
import { toShortValue } from './short-value.ts'
import { fieldOf } from './values.ts'

/** A piece of a summary: what it is, for colouring, and its text. A `name` has its colon. */
export interface SummaryPart {
  readonly kind: 'name' | 'text' | 'before' | 'after'
  readonly text: string
}

/** The longest path and the longest value in a summary, in characters. */
const MAX_PATH_CHARS = 40
const MAX_VALUE_CHARS = 48

const WHOLE_DOCUMENT = ['insert', 'snapshot', 'delete']

/**
 * Sums up an event on one line: `status: "new" → "paid", +paidAt, -draft` for an update or a replace, the fields of
 * the document for an insert or a delete (its `_id` apart, which stands beside it), the new name for a rename. Empty
 * where there is nothing to say.
 *
 * **Cost**: bounded, whatever the event's size; as many changes as `maxChars` has room for, and `…` for the rest.
 *
 * @param event as `readEvent` or `JSON.parse` gives it
 */
export function toSummary(event: unknown, maxChars = 160): readonly SummaryPart[] {
  const isWhole = WHOLE_DOCUMENT.includes(String(fieldOf(event, 'operationType')))
  const { list, isComplete } = toDifferences(event, maxChars)
  const shown = isWhole ? list.filter(({ path }) => path[0] !== '_id') : list
  if (list.length === 0) return isComplete ? toOther(event) : [{ kind: 'text', text: '…' }]
  const parts: SummaryPart[] = []
  let room = maxChars
  for (const [at, difference] of shown.entries()) {
    const next = isWhole ? toField(difference) : toParts(difference)
    room -= next.reduce((length, { text }) => length + text.length, 2)
    if (room < 0 && at > 0) return [...parts, { kind: 'text', text: ', …' }]
    parts.push(...(at > 0 ? [{ kind: 'text', text: ', ' } as const] : []), ...next)
  }
  return isComplete ? parts : [...parts, { kind: 'text', text: ', …' }]
}

function toParts(difference: Difference): SummaryPart[] {
  const path = toPathText(difference.path)
  switch (difference.kind) {
    case 'added':
      return [{ kind: 'after', text: `+${path}` }]
    case 'removed':
      return [{ kind: 'before', text: `-${path}` }]
    case 'set':
      return [{ kind: 'name', text: `${path}: ` }, toPart('after', difference.after)]
    case 'changed':
      return [
        { kind: 'name', text: `${path}: ` },
        toPart('before', difference.before),
        { kind: 'text', text: ' → ' },
        toPart('after', difference.after),
      ]
    case 'shortened': {
      const before = difference.before === undefined ? '' : `${difference.before} → `
      return [
        { kind: 'name', text: `${path}: ` },
        { kind: 'text', text: `${before}${difference.after} items` },
      ]
    }
  }
}

function toField(difference: Difference): SummaryPart[] {
  const value = 'before' in difference ? difference.before : 'after' in difference ? difference.after : undefined
  return [
    { kind: 'name', text: `${toPathText(difference.path)}: ` },
    { kind: 'text', text: toShortValue(value, MAX_VALUE_CHARS) },
  ]
}

function toPart(kind: SummaryPart['kind'], value: unknown): SummaryPart {
  return { kind, text: toShortValue(value, MAX_VALUE_CHARS) }
}

/** A path as people write it, cut in its middle where it is long. */
export function toPathText(path: readonly string[]): string {
  // a name may be as hostile as a value: megabytes long
  const text = path.map((part) => part.slice(0, 2 * MAX_PATH_CHARS)).join('.')
  if (text.length <= MAX_PATH_CHARS) return text
  return `${text.slice(0, MAX_PATH_CHARS / 2)}…${text.slice(-MAX_PATH_CHARS / 2 + 1)}`
}

/** An event that is not about the content of a document. */
function toOther(event: unknown): SummaryPart[] {
  const to = fieldOf(event, 'to')
  if (isContainer(to))
    return [{ kind: 'text', text: `→ ${toPathText([String(fieldOf(to, 'db')), String(fieldOf(to, 'coll'))])}` }]
  const description = fieldOf(event, 'operationDescription')
  return isContainer(description) ? [{ kind: 'text', text: toShortValue(description, 3 * MAX_VALUE_CHARS) }] : []
}
