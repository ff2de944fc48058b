import { setImmediate as turn } from 'node:timers/promises'
import type { ChangeSource } from '../../changes/change-source.ts'
import type { Images } from '../../changes/images.ts'
import type { Scope } from '../../changes/scope.ts'
import { fromTokenString } from '../../changes/tokens/resume-token.ts'
import { positionKey, timeKey } from '../../changes/tokens/token-order.ts'
import { earlier } from '../../changes/timestamp.ts'
import type { Log } from '../log.ts'
import type { FeedCounters } from '../stats.ts'

/** What is read again, and how far back. */
export interface FillOptions {
  readonly source: ChangeSource
  readonly scope: Scope
  readonly showExpandedEvents: boolean
  readonly log: Log
  readonly counters: Pick<FeedCounters, 'catchUps'>
  /** What the log is read with now. */
  readonly images: Images
  /** How far back from now, in milliseconds. */
  readonly warmStartMs: number
  /** Called when the log has become larger: what is in it has to be delivered before it can be trimmed. */
  readonly onGrown: () => void
}

/** How long the server may wait for events before it answers, in milliseconds: what there is already matters. */
const MAX_AWAIT_MS = 20

/**
 * Reads the events of a log again, those of a while before now that were read without the images that it is read with
 * now, so that subscribers who come back with their tokens share them.
 *
 * **Cost**: one change stream, once, as much as a stream costs that begins so long before now.
 *
 * @throws whatever the source throws, and the signal's reason: the log is as good as before, or better
 */
export async function fillImages(options: FillOptions, signal: AbortSignal): Promise<void> {
  const { source, scope, showExpandedEvents, log, counters, images, warmStartMs, onGrown } = options
  const until = log.imagesSince(images)
  const warm = { at: earlier(await source.operationTime(signal), warmStartMs) }
  const { origin, startedAt } = log
  if (warmStartMs === 0 || until === undefined || origin === undefined || startedAt === undefined) return
  const oldest = origin === positionKey(startedAt) ? startedAt : { after: fromTokenString(origin) }
  const start = timeKey(warm.at) > origin ? warm : oldest
  const from = positionKey(start)
  if (from >= until) return
  counters.catchUps++
  for await (const report of source.watch(
    { scope, ...images, showExpandedEvents, start, maxAwaitTimeMs: MAX_AWAIT_MS },
    signal,
  )) {
    signal.throwIfAborted()
    if (report.type !== 'batch') continue
    for (const change of report.events) log.fill(change, images)
    onGrown()
    if (report.position >= until) return log.filledSince(from, images)
    await turn()
  }
}
