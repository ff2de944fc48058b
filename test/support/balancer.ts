import { startProxy } from './proxy.ts'
import { addressOf } from './server-address.ts'

/** A TCP balancer, as a fleet has one: new connections go in turn to the relays that say they are ready. */
export interface Balancer {
  /** Listens here. */
  readonly url: string
  /** Adds a relay by its URL. */
  add(url: string): void
  /** Whether this relay said at the last probe that it is ready. */
  isReady(url: string): boolean
  stop(): Promise<void>
}

/**
 * Starts a balancer that asks each relay for `/readyz` every `probeMs`. A connection while none is ready is refused.
 */
export async function startBalancer(probeMs = 25): Promise<Balancer> {
  const ready = new Map<string, boolean>()
  let turn = 0

  const probe = async (url: string) => {
    const answer = await fetch(new URL('readyz', url), { headers: { connection: 'close' } }).catch(() => undefined)
    await answer?.body?.cancel()
    ready.set(url, answer?.status === 200)
  }
  let probing = Promise.resolve()
  const timer = setInterval(() => {
    probing = probing.then(async () => void (await Promise.all([...ready.keys()].map(probe))))
  }, probeMs)

  const proxy = await startProxy(() => {
    const urls = [...ready].filter(([, isReady]) => isReady).map(([url]) => url)
    const url = urls[turn++ % urls.length]
    return url === undefined ? undefined : addressOf(url)
  })

  return {
    url: proxy.url,
    add: (url) => void ready.set(url, false),
    isReady: (url) => ready.get(url) ?? false,
    async stop() {
      clearInterval(timer)
      await probing
      await proxy.stop()
    },
  }
}
