import { afterEach } from 'vitest'

/** Gives what has something stopped at the end of a test: what was started last first. */
export function useOnEnd(): (stop: () => unknown) => void {
  const stops: (() => unknown)[] = []
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  })
  return (stop) => void stops.push(stop)
}
