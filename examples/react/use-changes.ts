import { useEffect, useRef, useState } from 'react'
import { type Change, watch, type WatchOptions, type WatchStatus } from 'tailrace/client'

/** Options of {@link useChanges}. */
export type ChangesOptions = Omit<WatchOptions, 'fields' | 'signal' | 'onStatus'>

/** What {@link useChanges} gives. */
export interface Changes {
  readonly status: WatchStatus
  /** What has ended it for good. */
  readonly error: unknown
}

/**
 * Calls `onChange` with each change while the component is mounted, in order and once, whatever happens to the
 * connection.
 *
 * @param options the same object for as long as it means the same: a constant, or one of `useMemo`
 */
export function useChanges<Document>(
  options: ChangesOptions,
  onChange: (change: Change<'fullDocument' | 'documentKey', Document>) => void,
): Changes {
  const [status, setStatus] = useState<WatchStatus>({ state: 'connecting' })
  const [error, setError] = useState<unknown>()
  const latest = useRef(onChange)
  useEffect(() => {
    latest.current = onChange
  })
  useEffect(() => {
    const changes = watch<Document>({ ...options, onStatus: setStatus })
    setError(undefined)
    async function follow() {
      try {
        for await (const change of changes) latest.current(change)
      } catch (thrown) {
        setError(thrown)
      }
    }
    void follow()
    return () => void changes.return()
  }, [options])
  return { status, error }
}
