import { createQueue } from '../../util/waiting/queue.ts'
import { watch } from '../watch.ts'
import { WatchError } from '../watch-error.ts'
import type { WatchStatus } from '../watch-options.ts'
import { createDocuments, toKeyText } from './documents.ts'
import type { WatchedState, WatchStateOptions } from './watched-state.ts'

/**
 * Keeps the documents of a collection that match `where`, by document key: loads them, follows what happens to them,
 * and is equal to the collection again after any interruption; where the history no longer reaches back it loads them
 * anew.
 *
 * **Lifecycle**: eager; holds what a `watch` holds until `stop()`, its signal, or an error for good. **Memory**: the
 * documents, twice while they are loaded anew. **Cost**: of a change, its key; notices are bounded in time.
 *
 * @example
 * const orders = watchState<Order>({ url, db: 'shop', coll: 'orders', where: { 'fullDocument.status': 'open' } })
 * orders.subscribe(() => console.log(orders.isCurrent, orders.documents.size))
 */
export function watchState<Document = unknown>(options: WatchStateOptions): WatchedState<Document> {
  const { maxDocuments = 100_000, noticeEveryMs = 20, onStatus, ...watched } = options
  const documents = createDocuments<Document>()
  const listeners = new Set<() => void>()
  let status: WatchStatus = { state: 'connecting' }
  let error: Error | undefined
  let version = 0
  let isOver = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastMs = -Infinity

  const changes = watch<Document, 'documentKey' | 'fullDocument'>({
    ...watched,
    snapshot: 'ON_HISTORY_LOST',
    fields: ['documentKey', 'fullDocument'],
    onStatus(now) {
      status = now
      notice()
      onStatus?.(now)
    },
    onGap({ kind, code, reason }) {
      // a document that cannot be had leaves a state that is none
      if (kind === 'change') throw new WatchError(code, reason, { resumeToken: undefined })
      documents.expire()
    },
  })
  void follow()

  async function follow(): Promise<void> {
    try {
      for await (const change of changes) {
        if (documents.apply(change)) notice()
        if (documents.size <= maxDocuments) continue
        const message = `Expected at most ${maxDocuments} documents, got more: narrow \`where\`, or raise \`maxDocuments\``
        throw new WatchError('LIMIT_EXCEEDED', message, { resumeToken: undefined })
      }
    } catch (thrown) {
      error = thrown instanceof Error ? thrown : new Error(String(thrown))
    }
    isOver = true
    tell()
  }

  // the first at once, and what follows in a moment together
  function notice(): void {
    timer ??= setTimeout(tell, Math.max(0, lastMs + noticeEveryMs - performance.now()))
  }

  function tell(): void {
    clearTimeout(timer)
    timer = undefined
    lastMs = performance.now()
    version++
    for (const listener of [...listeners]) listener()
  }

  function subscribe(listener: () => void): () => void {
    // the same function may be given twice
    const own = () => listener()
    listeners.add(own)
    return () => listeners.delete(own)
  }

  const isLive = () => !isOver && status.state === 'live'
  const isCurrent = () => documents.isComplete && isLive()

  function ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!isCurrent() && !isOver) return
        unsubscribe()
        if (isCurrent()) resolve()
        else reject(error ?? new Error('It was stopped before it was current'))
      }
      const unsubscribe = subscribe(look)
      look()
    })
  }

  return {
    get documents() {
      return documents.shown
    },
    get: (id) => documents.shown.get(toKeyText({ _id: id })),
    get status() {
      return status
    },
    get isLive() {
      return isLive()
    },
    get isCurrent() {
      return isCurrent()
    },
    get error() {
      return error
    },
    get version() {
      return version
    },
    ready,
    subscribe,
    [Symbol.asyncIterator]() {
      return iterate()
    },
    retryNow: () => changes.retryNow(),
    stop: () => void changes.return(),
  }

  function iterate(): AsyncIterableIterator<ReadonlyMap<string, Document>, undefined> {
    let seen = -1
    let unsubscribe = (): unknown => undefined
    const queue = createQueue<ReadonlyMap<string, Document>>({
      onStart() {
        unsubscribe = subscribe(look)
        look()
      },
      // what came while one waited
      onEmpty: look,
      onOver: () => unsubscribe(),
    })
    return queue

    function look(): void {
      if (queue.size === 0 && seen !== version) {
        seen = version
        queue.push(documents.shown)
      }
      if (isOver) queue.end(error === undefined ? undefined : { error })
    }
  }
}
