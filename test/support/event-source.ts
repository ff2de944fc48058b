import { setTimeout as delay } from 'node:timers/promises'
import { type IncomingMessage, request } from 'node:http'

/** What an event stream told. */
export interface SourceEvent {
  readonly type: string
  readonly data: string
}

/** Options of {@link readEventSource}. */
export interface EventSourceOptions {
  readonly signal: AbortSignal
  readonly onEvent: (event: SourceEvent) => void
  /** Called when a connection was lost or ended, before the next one. */
  readonly onLost?: () => void
  /** Called with each `id:`. */
  readonly onId?: (id: string) => void
  /** How long to wait before the next connection, in milliseconds, until the stream says so. Default 20. */
  readonly retryMs?: number
}

/**
 * Reads an event stream as a browser's `EventSource` does: connects again after every end, with the last `id:` as
 * `Last-Event-ID`, until the signal aborts.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function readEventSource(url: string, options: EventSourceOptions): Promise<void> {
  const { signal, onEvent, onLost, onId } = options
  let { retryMs = 20 } = options
  let lastId = ''
  while (!signal.aborted) {
    const response = await open(url, lastId, signal)
    if (response?.statusCode === 200) await read(response, take)
    response?.destroy()
    if (signal.aborted) return
    onLost?.()
    await delay(retryMs)
  }

  function take(fields: ReadonlyMap<string, string>): void {
    retryMs = Number(fields.get('retry') ?? retryMs)
    lastId = fields.get('id') ?? lastId
    if (fields.has('id')) onId?.(lastId)
    const type = fields.get('event')
    if (type !== undefined) onEvent({ type, data: fields.get('data') ?? '' })
  }
}

function open(url: string, lastId: string, signal: AbortSignal): Promise<IncomingMessage | undefined> {
  return new Promise((resolve) => {
    const headers = { accept: 'text/event-stream', ...(lastId === '' ? {} : { 'last-event-id': lastId }) }
    request(url, { agent: false, signal, headers }, resolve)
      .on('error', () => resolve(undefined))
      .end()
  })
}

async function read(response: IncomingMessage, take: (fields: ReadonlyMap<string, string>) => void): Promise<void> {
  let text = ''
  try {
    for await (const chunk of response) {
      text += String(chunk)
      const blocks = text.split('\n\n')
      // a block that is cut off is no event
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        take(fieldsOf(block))
      }
    }
  } catch {
    // a connection that breaks is one to open again
  }
}

function fieldsOf(block: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of block.split('\n')) {
    const name = line.split(':')[0] ?? ''
    const value = line.replace(/^[^:]*: ?/, '')
    const before = name === 'data' ? fields.get(name) : undefined
    fields.set(name, before === undefined ? value : `${before}\n${value}`)
  }
  return fields
}
