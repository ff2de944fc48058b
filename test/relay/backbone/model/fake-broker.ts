import { setImmediate as turn } from 'node:timers/promises'
import { headers, type MsgHdrs } from '@nats-io/transport-node'
import type { Broker, Nats } from '../../../../src/relay/backbone/connection.ts'

interface Stored {
  readonly seq: number
  readonly header: MsgHdrs
  readonly data: Uint8Array
}

interface Log {
  readonly subject: string
  readonly config: Record<string, unknown>
  messages: Stored[]
  lastSeq: number
}

interface Message {
  readonly subject: string
  string(): string
  respond(text: string): void
}

type Callback = (error: Error | null, message: Message) => void

/** What a NATS server with JetStream is to ingesters and relays. Every call and every message takes a turn. */
export class FakeBroker {
  readonly logs = new Map<string, Log>()
  readonly #clients = new Set<FakeClient>()
  /** How large a message may be. */
  maxPayload = 1_048_576

  /** Connects one process. */
  client(): FakeClient {
    const client = new FakeClient(this)
    this.#clients.add(client)
    return client
  }

  /** The only log. */
  get log(): Log | undefined {
    return [...this.logs.values()][0]
  }

  /** Forgets all messages after the first so many, as a server does that is set back. */
  loseTail(kept: number): void {
    const { log } = this
    if (!log) return
    log.messages = log.messages.slice(0, kept)
    log.lastSeq = log.messages.at(-1)?.seq ?? 0
  }

  /** Forgets the oldest messages except the last so many. */
  expire(kept: number): void {
    if (this.log) this.log.messages = this.log.messages.slice(-kept)
  }

  /** Forgets one message amidst the others. */
  delete(index: number): void {
    this.log?.messages.splice(index, 1)
  }

  send(subject: string, text: string, respond: (text: string) => void = () => {}): number {
    let count = 0
    for (const client of this.#clients) count += client.deliver(subject, text, respond)
    return count
  }
}

/** The connection of one process to it. */
export class FakeClient implements Broker {
  isConnected = true
  /** Whether its next message is stored, and it does not learn of that. */
  losesAck = false
  readonly #broker: FakeBroker
  readonly #subscriptions = new Set<{ readonly subject: string; readonly callback: Callback }>()
  #isDead = false
  #thaw: (() => void) | undefined
  #frozen: Promise<void> | undefined

  constructor(broker: FakeBroker) {
    this.#broker = broker
  }

  /** Ends the process: nothing that it does has an effect any more. */
  kill(): void {
    this.#isDead = true
  }

  /** Stops the process; what it does, and what it is sent, waits. */
  freeze(): void {
    this.#frozen ??= new Promise((resolve) => (this.#thaw = resolve))
  }

  thaw(): void {
    this.#frozen = undefined
    this.#thaw?.()
  }

  deliver(subject: string, text: string, respond: (text: string) => void): number {
    const found = [...this.#subscriptions].filter((one) => isOf(one.subject, subject))
    for (const one of found) {
      void this.#pass().then(() => {
        if (this.#subscriptions.has(one)) one.callback(null, { subject, string: () => text, respond })
      })
    }
    return found.length
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  get(): Promise<Nats> {
    const streams = {
      add: async (config: { name: string; subjects: string[] }) => {
        await this.#pass()
        // the other one says whose deployment it is, and all are of one
        if (this.#broker.logs.has(config.name) || !config.subjects[0]?.includes('.log.')) return
        this.#broker.logs.set(config.name, { subject: config.subjects[0] ?? '', config, messages: [], lastSeq: 0 })
      },
      info: async (name: string) => {
        const log = await this.#log(name)
        return { config: log.config, state: { last_seq: log.lastSeq } }
      },
      getMessage: async (name: string) => (await this.#log(name)).messages.at(-1) ?? null,
      delete: async (name: string) => {
        await this.#pass()
        this.#broker.logs.delete(name)
      },
      list: async function* (this: FakeClient) {
        await this.#pass()
        for (const { config } of this.#broker.logs.values()) yield { config }
      }.bind(this),
    }
    const direct = {
      getMessage: async (name: string, query: { seq?: number }) => {
        const { messages } = await this.#log(name)
        const { seq } = query
        return (seq === undefined ? messages.at(-1) : messages.find((one) => one.seq >= seq)) ?? null
      },
    }
    const connection = {
      info: { max_payload: this.#broker.maxPayload },
      isClosed: () => false,
      // it never says that it was away
      status: async function* () {},
      subscribe: (subject: string, { callback }: { callback: Callback }) => {
        const one = { subject, callback }
        this.#subscriptions.add(one)
        return { unsubscribe: () => this.#subscriptions.delete(one) }
      },
      publish: (subject: string, text = '') => {
        void this.#pass().then(() => this.#broker.send(subject, text))
      },
      request: async (subject: string, text: string, { timeout }: { timeout: number }) => {
        await this.#pass()
        const reply = await new Promise<string>((resolve, reject) => {
          if (this.#broker.send(subject, text, resolve) === 0) reject(new Error('503'))
          setTimeout(() => reject(new Error('timeout')), timeout)
        })
        await this.#pass()
        return { json: () => JSON.parse(reply) as unknown }
      },
    }
    const jetstream = {
      publish: async (
        subject: string,
        data: Uint8Array,
        options: { headers: MsgHdrs; expect: { lastSequence: number } },
      ) => {
        // its bytes are on their way
        const stored = { header: options.headers, data: Buffer.from(data) }
        await this.#pass()
        const log = [...this.#broker.logs.values()].find((one) => one.subject === subject)
        if (!log) throw new Error('503')
        if (options.expect.lastSequence !== log.lastSeq) {
          throw Object.assign(new Error('wrong last sequence'), { code: 10_071 })
        }
        const seq = ++log.lastSeq
        log.messages.push({ ...stored, seq })
        await this.#pass()
        if (this.losesAck) {
          this.losesAck = false
          throw new Error('timeout')
        }
        return { seq }
      },
    }
    return Promise.resolve({ connection, jetstream, manager: { streams, direct }, headers } as unknown as Nats)
  }

  async #log(name: string): Promise<Log> {
    await this.#pass()
    const log = this.#broker.logs.get(name)
    if (!log) throw Object.assign(new Error('503'), { name: 'NoRespondersError' })
    return log
  }

  /** Takes a turn; of a process that is frozen, until it goes on; of one that is dead, for ever. */
  async #pass(): Promise<void> {
    await turn()
    while (this.#frozen) await this.#frozen
    if (this.#isDead) await new Promise(() => {})
  }
}

// the last token may be any
function isOf(pattern: string, subject: string): boolean {
  return pattern.endsWith('.*') ? subject.startsWith(pattern.slice(0, -1)) : subject === pattern
}
