import { positionToken } from '../../changes/position.ts'
import { isSnapshotToken } from '../../changes/tokens/snapshot-token.ts'
import { positionKey } from '../../changes/tokens/token-order.ts'
import { catchUp } from './catch-up.ts'
import type { Cohort } from '../cohort.ts'
import type { Entrance } from './entrance.ts'
import type { SharedStream } from '../shared-stream.ts'
import { readSnapshot } from '../snapshot/read-snapshot.ts'
import type { Subscriber } from '../subscriber.ts'
import { traced } from '../traced.ts'

/**
 * Has a subscriber go on after a position: in the window where that has all that follows, else by catching up; from a
 * place in a snapshot by reading its rest first. Never rejects: an error ends the subscriber.
 */
export async function enter(stream: SharedStream, subscriber: Subscriber, entrance: Entrance): Promise<void> {
  const { log, fanOut, resources, scope } = stream
  const { position, isGiven } = entrance
  const within = (name: string, run: () => Promise<void>) => traced(resources.tracing, name, scope, subscriber, run)
  const token = positionToken(position)
  if (token !== undefined && isSnapshotToken(token)) {
    return within('snapshot', async () => {
      const next = await readSnapshot(stream, subscriber, token, isGiven)
      if (next) await enter(stream, subscriber, { position: next, isGiven: false })
    })
  }
  const key = positionKey(position)
  const { cohort, stay } = subscriber
  if (isLacking(stream, cohort, key)) await waitForImages(stream, subscriber, key)
  if (stay.aborted) return
  // only the server knows whether what a caller sent is a token at all
  const isThere = isGiven && token !== undefined ? log.covers(token) : log.hasAfter(key)
  if (isThere && log.hasImagesAfter(key, cohort.images)) fanOut.attach(subscriber, key, token)
  else await within('catch up', () => catchUp(stream, subscriber, entrance))
}

/** Whether the window has what follows, but read without the subscriber's images, which what is added to it has. */
function isLacking({ log }: SharedStream, { images }: Cohort, key: string): boolean {
  return log.hasAfter(key) && log.imagesSince(images) !== undefined && !log.hasImagesAfter(key, images)
}

async function waitForImages(stream: SharedStream, { cohort, stay }: Subscriber, key: string): Promise<void> {
  let filled: Promise<void> | undefined
  // once more where the upstream has got yet other images meanwhile
  while (!stay.aborted && isLacking(stream, cohort, key) && filled !== (filled = stream.upstream.filled())) await filled
}
