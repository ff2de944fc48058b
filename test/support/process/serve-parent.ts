import { setTimeout as delay } from 'node:timers/promises'

/** What a process can tell of itself. */
export interface Usage {
  /** CPU used so far, in microseconds. */
  readonly cpuMicros: number
  /** Memory of the process, in bytes. */
  readonly rssBytes: number
  /** What JavaScript holds of it, in the heap and outside, in bytes. */
  readonly heapBytes: number
}

/** A request from the parent, by number. */
export interface Request {
  readonly id: number
  readonly name: string
  readonly argument: unknown
}

/** What answers the requests of one name. */
export type Handlers = Readonly<Record<string, (argument: never) => unknown>>

/** Collections of garbage, with turns of the event loop between them, after which nothing more goes. */
const COLLECTIONS = 4

/** Answers each request of the parent process by the handler of its name; ends when the parent goes. */
export function serveParent(handlers: Handlers): void {
  const all: Handlers = { usage, ...handlers }
  process.on('message', ({ id, name, argument }: Request) => {
    void Promise.resolve(all[name]?.(argument as never)).then(
      (result) => process.send?.({ id, result }),
      (error: unknown) => process.send?.({ id, error: String(error) }),
    )
  })
  process.on('disconnect', () => process.exit())
}

async function usage(options: { readonly collectGarbage?: boolean } = {}): Promise<Usage> {
  for (let count = 0; options.collectGarbage && count < COLLECTIONS; count++) {
    globalThis.gc?.()
    await delay(50)
  }
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { cpuMicros: user + system, rssBytes: rss, heapBytes: heapUsed + external }
}
