/**
 * Shares what is under way: whoever asks the same while an answer is awaited gets that one, so that a caller who asks a
 * hundred times at once costs one question.
 */
export function shareInFlight<K, T>(ask: (key: K) => Promise<T>): (key: K) => Promise<T> {
  const inFlight = new Map<K, Promise<T>>()
  return (key) => {
    const known = inFlight.get(key)
    if (known) return known
    const answer = ask(key).finally(() => inFlight.delete(key))
    inFlight.set(key, answer)
    return answer
  }
}
