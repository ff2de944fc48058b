import type { Sink } from '../../feed/sink.ts'

/** Limits how fast subscriptions' results are written to each connection. */
export interface OutputRate {
  /**
   * The rate of one connection, which all its sinks share.
   *
   * @param resume called when the connection may write again; the subscriptions that wait are to be resumed then
   */
  connect(resume: () => void): ConnectionRate
  /** Stops the timer. Idempotent. */
  stop(): void
}

/** The rate of one connection. */
export interface ConnectionRate {
  /** Whether more was written than may be by now, so that subscriptions have to wait. */
  readonly isOver: boolean
  /** How much was written more than may be by now, in bytes. */
  readonly owedBytes: number
  /** Notes that so much was written; gives whether more may be. If not, `resume` is called when it may. */
  spend(bytes: number): boolean
  /** A sink that is full whenever its connection is over its rate. */
  limit(sink: Sink): Sink
}

/** How fast each connection may be written to. */
export interface OutputRateOptions {
  /** How much a connection may be sent per second on average. Up to one second's worth may come at once. */
  readonly bytesPerSecond: number
  /** How often connections that wait are looked at, in milliseconds. Default 50. */
  readonly periodMs?: number
  /** Clock in milliseconds. Default: the process's. */
  readonly now?: () => number
}

const UNLIMITED: ConnectionRate = { isOver: false, owedBytes: 0, spend: () => true, limit: (sink) => sink }

/**
 * A limit by token buckets that may be overdrawn by what is written at once: a batch is never divided. A client over
 * the rate simply stays behind in the log, like a client that reads slowly, and nothing is kept for it.
 *
 * **Cost**: none without a limit; otherwise one small object per connection, and one timer while some connection waits.
 */
export function createOutputRate(options: OutputRateOptions): OutputRate {
  const { bytesPerSecond, periodMs = 50, now = () => performance.now() } = options
  const waiting = new Map<object, () => void>()
  let timer: NodeJS.Timeout | undefined

  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }
  const look = () => {
    for (const wake of [...waiting.values()]) wake()
    if (waiting.size === 0) stop()
  }

  return {
    stop,
    connect(resume) {
      if (bytesPerSecond === Infinity) return UNLIMITED
      let bytes = bytesPerSecond
      let since = now()
      const left = () => {
        const time = now()
        bytes = Math.min(bytesPerSecond, bytes + ((time - since) / 1_000) * bytesPerSecond)
        since = time
        return bytes
      }
      const connection: ConnectionRate = {
        get isOver() {
          return left() < 0
        },
        get owedBytes() {
          return Math.max(0, -left())
        },
        spend(written) {
          bytes = left() - written
          if (bytes >= 0) return true
          waiting.set(connection, wake)
          timer ??= setInterval(look, periodMs)
          return false
        },
        limit: (sink) => ({
          begin: (position) => sink.begin?.(position),
          end: (error) => sink.end(error),
          isReady: () => sink.isReady() && !connection.isOver,
          // what is overdrawn counts as if it waited in the socket, so that a subscriber that waits for it is seen to
          // be served
          bufferedBytes: () => sink.bufferedBytes() + connection.owedBytes,
          write(batch) {
            const isTaking = sink.write(batch)
            return connection.spend(batch.bytes) && isTaking
          },
        }),
      }
      const wake = () => {
        if (connection.isOver) return
        waiting.delete(connection)
        resume()
      }
      return connection
    },
  }
}
