import { isForGood } from '../../../errors.ts'

/** What no resume token begins with. */
const PREFIX = 'end:'

/**
 * The `id:` of the last event of a stream that has ended with an error for good; `undefined` when it has not. A
 * browser's `EventSource` connects again after every end, with that as its `Last-Event-ID`, and so can be stopped then,
 * after it has got the reason.
 *
 * Credentials are left out: those that a browser comes back with may be newer, and if not, 401 stops it.
 */
export function endMark(result: object): string | undefined {
  const code = firstCode(result)
  return code !== undefined && code !== 'UNAUTHENTICATED' && isForGood(code) ? `${PREFIX}${code}` : undefined
}

/** The `id:` of the last event of a stream: its {@link endMark}, else the position where it can be continued. */
export function endId(result: object): string | undefined {
  return endMark(result) ?? firstExtension(result, 'resumeToken')
}

/** Whether a `Last-Event-ID` is one of {@link endMark}. */
export function isEndMark(lastEventId: string | undefined): boolean {
  return lastEventId?.startsWith(PREFIX) ?? false
}

/** The code of a result's first error; `undefined` when it has none. */
export function firstCode(result: object): string | undefined {
  return firstExtension(result, 'code')
}

function firstExtension(result: object, name: string): string | undefined {
  const [error] = 'errors' in result && Array.isArray(result.errors) ? (result.errors as readonly unknown[]) : []
  const { extensions } = (error ?? {}) as { readonly extensions?: Readonly<Record<string, unknown>> }
  const value = extensions?.[name]
  return typeof value === 'string' ? value : undefined
}
