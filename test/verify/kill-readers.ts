import { setTimeout as delay } from 'node:timers/promises'
import { stream } from '@durable-streams/client'
import { EventSource } from 'eventsource'
import type { Browser } from 'playwright-core'
import { WebSocket } from 'ws'
import { watch } from '../../src/client/index.ts'

/** A client that reads on, whatever happens to its relay. */
export interface Reader {
  readonly client: string
  readonly isRare: boolean
  /** The keys of the documents that it has got, as they came. */
  readonly keys: number[]
  /** Settles when it has a place to go on from. */
  readonly started: Promise<unknown>
}

/** What a reader reads, and how long. */
export interface ReaderOptions {
  readonly relayUrl: string
  readonly db: string
  readonly coll: string
  /** Whether it reads rare documents only. */
  readonly isRare: boolean
  readonly browser: Browser
  readonly signal: AbortSignal
}

interface Event {
  readonly documentKey: { readonly _id: number }
}

const RARE = { 'fullDocument.isRare': true }

/** All kinds of readers; those that are not ours as they come from npm, or with Chromium. */
export function openReaders(options: ReaderOptions): Reader[] {
  return [
    openWatch(options),
    openEventSource(options),
    openBrowser(options),
    openLog('long-poll', options),
    openLog('sse', options),
  ]
}

const named = (client: string, { isRare }: ReaderOptions) => ({
  client: `${client}, ${isRare ? 'rare' : 'all'}`,
  isRare,
  keys: [] as number[],
})

function openWatch(options: ReaderOptions): Reader {
  const { relayUrl, db, coll, isRare, signal } = options
  const reader = named('tailrace/client', options)
  const started = new Promise<void>((resolve, reject) => {
    const changes = watch({
      url: new URL('graphql', relayUrl).href,
      db,
      coll,
      ...(isRare ? { where: RARE } : {}),
      webSocketImpl: WebSocket,
      signal,
      backoff: { maxMs: 1_000 },
      onStatus: ({ state }) => state === 'live' && resolve(),
    })
    const read = async () => {
      // the documents are those that are written here
      for await (const { documentKey } of changes) reader.keys.push((documentKey as Event['documentKey'])._id)
    }
    // what ends it for good shows in what it has lost
    read().catch(reject)
  })
  started.catch(() => undefined)
  return { ...reader, started }
}

function subscriptionUrl({ relayUrl, db, coll, isRare }: ReaderOptions): string {
  const where = isRare ? `, where: ${JSON.stringify(JSON.stringify(RARE))}` : ''
  const query = `subscription { changes(db: "${db}", coll: "${coll}"${where}) { documentKey } }`
  return new URL(`graphql?query=${encodeURIComponent(query)}`, relayUrl).href
}

/** What both kinds of `EventSource` have, of which only one is declared here. */
type AnyEventSource = new (url: string) => EventSource

/** Reads by an `EventSource`; runs in a browser, too, and so refers to nothing outside. */
function readBy(Source: AnyEventSource, url: string, onKey: (key: number) => void): [Promise<void>, () => void] {
  const source = new Source(url)
  source.addEventListener('next', ({ data }) => {
    const { data: result } = JSON.parse(String(data)) as { data?: { changes: { documentKey: { _id: number } } } }
    if (result) onKey(result.changes.documentKey._id)
  })
  // the first is the position alone
  const started = new Promise<void>((resolve) => {
    source.addEventListener('message', () => resolve())
  })
  return [started, () => source.close()]
}

function openEventSource(options: ReaderOptions): Reader {
  const reader = named('EventSource of npm', options)
  const [started, close] = readBy(EventSource, subscriptionUrl(options), (key) => reader.keys.push(key))
  options.signal.addEventListener('abort', close)
  return { ...reader, started }
}

function openBrowser(options: ReaderOptions): Reader {
  const reader = named('EventSource of Chromium', options)
  const start = async () => {
    const page = await options.browser.newPage()
    await page.goto(options.relayUrl)
    await page.exposeFunction('onKey', (key: number) => reader.keys.push(key))
    const url = JSON.stringify(subscriptionUrl(options))
    await page.evaluate(`(${readBy.toString()})(EventSource, ${url}, (key) => onKey(key))[0]`)
  }
  return { ...reader, started: start() }
}

function openLog(live: 'long-poll' | 'sse', options: ReaderOptions): Reader {
  const { relayUrl, db, coll, isRare, signal } = options
  const reader = named(`@durable-streams/client by ${live}`, options)
  const url = new URL(`streams/${db}/${coll}`, relayUrl)
  if (isRare) url.searchParams.set('where', JSON.stringify(RARE))
  const start = async () => {
    let { offset } = await stream<Event>({ url: url.href, offset: 'now', live: false, signal })
    const follow = async () => {
      const log = await stream<Event>({ url: url.href, offset, live, signal, warnOnHttp: false })
      log.subscribeJson((batch) => {
        reader.keys.push(...batch.items.map(({ documentKey }) => documentKey._id))
        offset = batch.offset
      })
      await log.closed
    }
    const readOn = async () => {
      // by what it does itself, or again from its last position
      while (!signal.aborted) await follow().catch(() => delay(100))
    }
    void readOn()
  }
  return { ...reader, started: start() }
}
