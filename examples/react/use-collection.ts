import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { watchState, type WatchedState, type WatchStateOptions } from 'tailrace/client'

/** What {@link useCollection} gives. */
export interface Collection<Document> {
  /** Those that match, in the order in which they came. */
  readonly documents: readonly Document[]
  /** Whether these are all, and changes will be seen. */
  readonly isCurrent: boolean
  /** What has ended it for good. */
  readonly error: Error | undefined
}

/**
 * The documents of a collection, kept up to date while the component is mounted.
 *
 * @param options the same object for as long as it means the same: a constant, or one of `useMemo`
 */
export function useCollection<Document>(options: WatchStateOptions): Collection<Document> {
  const [state, setState] = useState<WatchedState<Document>>()
  useEffect(() => {
    const watched = watchState<Document>(options)
    setState(watched)
    return () => watched.stop()
  }, [options])

  const subscribe = useCallback(
    (listener: () => void) => (state === undefined ? () => undefined : state.subscribe(listener)),
    [state],
  )
  const version = useSyncExternalStore(
    subscribe,
    () => state?.version ?? -1,
    () => -1,
  )
  return useMemo(
    () => ({
      documents: [...(state?.documents.values() ?? [])],
      isCurrent: state?.isCurrent ?? false,
      error: state?.error,
    }),
    [state, version],
  )
}
