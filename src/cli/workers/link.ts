/** What messages go by: a worker as the primary has it, or the primary as a worker has it. Both are `cluster`'s. */
export interface Port {
  send(message: object, sent: (error: Error | null) => void): unknown
  on(event: 'message', listener: (message: unknown) => void): unknown
}

/** Asks the process at the other end, and answers it. What is asked and answered is JSON. */
export interface Link {
  /**
   * @throws Error with the message of what the other end threw, or when it ends without an answer, or has none after so
   *   many milliseconds
   */
  ask<T>(name: string, argument?: unknown, patienceMs?: number): Promise<T>
  /** Fails what has no answer: the other end is gone. */
  close(error: Error): void
}

/** What answers the questions of one name. */
export type Answers = Readonly<Record<string, (argument: never) => unknown>>

/** Told from other messages, which are none of ours, by its first field. */
interface Message {
  readonly tailrace: 'question' | 'answer'
  readonly id: number
  readonly name?: string
  readonly argument?: unknown
  readonly result?: unknown
  readonly error?: string
}

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

/** Connects to the other end of a port. */
export function createLink(port: Port, answers: Answers): Link {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let closed: Error | undefined

  port.on('message', (message) => {
    if (!isMessage(message)) return
    const { id, name = '', argument, result, error } = message
    if (message.tailrace === 'question') return void answer(id, name, argument)
    const asked = waiting.get(id)
    if (error === undefined) asked?.resolve(result)
    else asked?.reject(new Error(error))
  })

  async function answer(id: number, name: string, argument: unknown): Promise<void> {
    try {
      // both ends are of one version
      send({ tailrace: 'answer', id, result: await answers[name]?.(argument as never) })
    } catch (error) {
      send({ tailrace: 'answer', id, error: error instanceof Error ? error.message : String(error) })
    }
  }

  function send(message: Message): void {
    // the end of the other process is noticed by who watches it
    if (!closed) port.send(message, () => undefined)
  }

  return {
    ask<T>(name: string, argument?: unknown, patienceMs?: number): Promise<T> {
      if (closed) return Promise.reject(closed)
      const id = ++lastId
      let timer: NodeJS.Timeout | undefined
      const answered = new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        if (patienceMs === undefined) return
        timer = setTimeout(() => reject(new Error(`No answer within ${patienceMs} ms`)), patienceMs)
      })
      send({ tailrace: 'question', id, name, argument })
      return answered.finally(() => {
        clearTimeout(timer)
        waiting.delete(id)
        // what the other end answers to this name
      }) as Promise<T>
    },
    close(error) {
      closed = error
      for (const { reject } of waiting.values()) reject(error)
    },
  }
}

function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'tailrace' in message
}
