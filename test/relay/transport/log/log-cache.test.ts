import { describe, expect, it } from 'vitest'
import { idsOf, logUrl, read } from '../../../support/change-log.ts'
import { useRelay } from '../../../support/relay.ts'
import { CACHES } from '../../../support/caches.ts'

const EVENTS = 20
const READERS = 200
const ids = Array.from({ length: EVENTS }, (_, id) => id)

for (const { name, isInstalled, start: startCache } of CACHES) {
  describe.skipIf(!isInstalled)(`a log behind ${name} (skipped where it is not installed)`, () => {
    const at = useRelay()

    it('costs the relay what one reader does, and loses nothing where readers go from old to new events', async () => {
      const cache = await startCache(at.relay.url)
      at.onEnd(() => cache.stop())
      const behind = { db: at.db, relay: cache }
      const coll = at.deployment.client.db(at.db).collection<{ _id: number }>('c')
      const { next: start } = await read(logUrl(at, { offset: 'now' }))

      async function follow(): Promise<unknown[]> {
        const seen: unknown[] = []
        const params: Record<string, string> = { offset: start }
        while (seen.length < EVENTS) {
          const answer = await read(logUrl(behind, params))
          if (answer.status !== 200 && answer.status !== 204) throw new Error(`${answer.status} ${answer.text}`)
          seen.push(...idsOf(answer))
          params['offset'] = answer.next
          params['cursor'] = answer.headers.get('stream-cursor') ?? ''
          if (answer.headers.has('stream-up-to-date')) params['live'] = 'long-poll'
        }
        return seen
      }

      async function requestsFor(readers: number, write: boolean): Promise<number> {
        const before = at.relay.stats().resumes
        const following: Promise<unknown[]>[] = []
        for (const _id of ids) {
          // some come early, and some while others are live already
          for (let n = 0; n < readers / EVENTS; n++) following.push(follow())
          if (write) await coll.insertOne({ _id })
          await read(logUrl(at, { offset: start, where: `{"documentKey._id": ${_id}}` }))
        }
        for (const seen of await Promise.all(following)) expect(seen).toEqual(ids)
        // those of this test itself
        return at.relay.stats().resumes - before - EVENTS
      }

      const many = await requestsFor(READERS, true)
      // the log of old events is in the cache already
      const late = await requestsFor(READERS / 2, false)
      console.log(`Behind ${name}, ${READERS} readers were ${many} requests, and ${READERS / 2} later ones ${late}`)
      expect(many).toBeLessThan(5 * EVENTS)
      expect(late).toBeLessThan(EVENTS)
    }, 120_000)
  })
}
