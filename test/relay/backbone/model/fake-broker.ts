import { randomUUID } from 'node:crypto'
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

/** What is sent, and where answers to it go. */
interface Sent {
  readonly data: string | Uint8Array
  readonly headers?: MsgHdrs | { readonly code: number }
  readonly reply?: string
  /** Takes the answer where there is no subject for it. */
  readonly respond?: (text: string) => void
}

interface Message extends Sent {
  readonly subject: string
  string(): string
  json(): unknown
}

type Options = Pick<Sent, 'headers' | 'reply'>

interface Subscription {
  readonly subject: string
  readonly callback: Callback
  readonly queue?: string
}

type Callback = (error: Error | null, message: Message) => void

/** What a NATS server with JetStream is to ingesters and relays. Every call and every message takes a turn. */
export class FakeBroker {
  readonly logs = new Map<string, Log>()
  readonly #clients = new Set<FakeClient>()
  #turns = 0
  /** How many messages were asked for, by their place. */
  gets = 0
  /** How large a message may be. */
  maxPayload = 1_048_576
  /** Whether a message is lost on its way. */
  loses = (_subject: string, _sent: Sent) => false

  /** Connects one process. */
  client(): FakeClient {
    const client = new FakeClient(this)
    this.#clients.add(client)
    return client
  }

  /** How many subjects there are that take answers. */
  get inboxes(): number {
    return [...this.#clients].reduce((sum, client) => sum + client.inboxes, 0)
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

  send(subject: string, sent: Sent): number {
    if (this.loses(subject, sent)) return 1
    const takers = [...this.#clients].flatMap((client) => client.takersOf(subject, sent))
    const ofQueue = takers.filter(({ isOfQueue }) => isOfQueue)
    // one of a queue gets it, by turns
    const next = ofQueue.length > 0 ? ofQueue[this.#turns++ % ofQueue.length] : undefined
    const chosen = takers.filter((taker) => !taker.isOfQueue || taker === next)
    for (const { take } of chosen) take()
    const count = chosen.length
    if (count === 0 && sent.reply !== undefined) this.send(sent.reply, { data: '', headers: { code: 503 } })
    return count
  }
}

/** The connection of one process to it. */
export class FakeClient implements Broker {
  isConnected = true
  /** Whether its next message is stored, and it does not learn of that. */
  losesAck = false
  readonly #broker: FakeBroker
  readonly #subscriptions = new Set<Subscription>()
  readonly #name = randomUUID()
  #inboxes = 0
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

  /** How many of its subscriptions take answers. */
  get inboxes(): number {
    return [...this.#subscriptions].filter(({ subject }) => subject.startsWith('_INBOX.')).length
  }

  /** Its subscriptions that a message is for. */
  takersOf(subject: string, sent: Sent): { readonly isOfQueue: boolean; take(): void }[] {
    // a server drops the connections of those who are gone
    if (this.#isDead) return []
    const found = [...this.#subscriptions].filter((one) => isOf(one.subject, subject))
    const string = () => Buffer.from(sent.data).toString()
    const respond = (data: string | Uint8Array, options: Options = {}) => {
      if (sent.respond) sent.respond(String(data))
      else this.#publish(sent.reply ?? '', data, options)
    }
    const message = { ...sent, subject, string, json: () => JSON.parse(string()) as unknown, respond }
    return found.map((one) => ({
      isOfQueue: one.queue !== undefined,
      take: () => {
        void this.#pass().then(() => {
          if (this.#subscriptions.has(one)) one.callback(null, message)
        })
      },
    }))
  }

  #publish(subject: string, data: string | Uint8Array, options: Options): void {
    // its bytes are on their way
    const sent = { ...options, data: typeof data === 'string' ? data : Buffer.from(data) }
    void this.#pass().then(() => this.#broker.send(subject, sent))
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
        this.#broker.gets++
        return (seq === undefined ? messages.at(-1) : messages.find((one) => one.seq >= seq)) ?? null
      },
    }
    const connection = {
      info: { max_payload: this.#broker.maxPayload },
      isClosed: () => false,
      // it never says that it was away
      status: async function* () {},
      subscribe: (subject: string, options: { callback: Callback; queue?: string }) => {
        const one = { subject, ...options }
        this.#subscriptions.add(one)
        return { unsubscribe: () => this.#subscriptions.delete(one) }
      },
      publish: (subject: string, data: string | Uint8Array = '', options: Options = {}) =>
        this.#publish(subject, data, options),
      flush: () => this.#pass(),
      request: async (subject: string, text: string, { timeout }: { timeout: number }) => {
        await this.#pass()
        const reply = await new Promise<string>((resolve, reject) => {
          if (this.#broker.send(subject, { data: text, respond: resolve }) === 0) reject(new Error('503'))
          setTimeout(() => reject(new Error('timeout')), timeout)
        })
        await this.#pass()
        return { json: () => JSON.parse(reply) as unknown }
      },
    }
    const inbox = () => `_INBOX.${this.#name}.${++this.#inboxes}`
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
    return Promise.resolve({ connection, jetstream, manager: { streams, direct }, headers, inbox } as unknown as Nats)
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
