/** What a measured process can tell of itself. */
export interface Usage {
  /** CPU used so far, in microseconds. */
  readonly cpuMicros: number
  /** Memory held now, after a collection of garbage, in bytes. */
  readonly rssBytes: number
}

/** Answers each request of the parent process by the handler of its name; ends when the parent goes. */
export function serveParent(handlers: Readonly<Record<string, (argument: never) => unknown>>): void {
  const all: Readonly<Record<string, (argument: never) => unknown>> = { usage, ...handlers }
  process.on('message', ({ id, name, argument }: Request) => {
    void Promise.resolve(all[name]?.(argument as never)).then(
      (result) => process.send?.({ id, result }),
      (error: unknown) => process.send?.({ id, error: String(error) }),
    )
  })
  process.on('disconnect', () => process.exit())
}

/** A request from the parent, by number. */
export interface Request {
  readonly id: number
  readonly name: string
  readonly argument: unknown
}

function usage(options: { readonly collectGarbage?: boolean } = {}): Usage {
  if (options.collectGarbage) globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  return { cpuMicros: user + system, rssBytes: process.memoryUsage().rss }
}
