/**
 * Has those who ask the same while it is being found out share one run, also its failure. Nothing is remembered beyond
 * that.
 *
 * **Cost**: an entry for each key under way.
 */
export function singleFlight<Key, T>(run: (key: Key) => Promise<T>): (key: Key) => Promise<T> {
  const flights = new Map<Key, Promise<T>>()
  return (key) => {
    const known = flights.get(key)
    if (known) return known
    const flight = run(key).finally(() => flights.delete(key))
    flights.set(key, flight)
    return flight
  }
}
