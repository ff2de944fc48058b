interface Heard {
  readonly callbacks: Set<() => void>
  readonly listener: () => void
}

const heard = new WeakMap<AbortSignal, Heard>()

/**
 * Calls back when a signal aborts. However many do this with one signal, it has one listener, so that no runtime takes
 * them for a leak; it has none when all have stopped.
 *
 * @returns stops that. Idempotent
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const { callbacks, listener } = heard.get(signal) ?? hear(signal)
  callbacks.add(callback)
  return () => {
    if (!callbacks.delete(callback) || callbacks.size > 0) return
    signal.removeEventListener('abort', listener)
    heard.delete(signal)
  }
}

function hear(signal: AbortSignal): Heard {
  const callbacks = new Set<() => void>()
  const listener = () => {
    for (const callback of [...callbacks]) callback()
  }
  signal.addEventListener('abort', listener, { once: true })
  const entry = { callbacks, listener }
  heard.set(signal, entry)
  return entry
}
