import { describe, expect, it } from 'vitest'
import { openRawSubscriber } from '../../support/raw-subscriber.ts'
import { useRelay } from '../../support/relay.ts'

const QUERY = `subscription ($db: String, $where: EJSON, $startAfter: ResumeToken, $last: Int) {
  changes(db: $db, coll: "c", where: $where, startAfter: $startAfter, last: $last) { operationType resumeToken json }
}`

const tokensOf = (payloads: readonly unknown[] | undefined) =>
  // the operation asks for it
  (payloads ?? []).map(
    (payload) => (payload as { data: { changes: { resumeToken: string } } }).data.changes.resumeToken,
  )

describe('sharing', () => {
  const at = useRelay()
  const coll = () => at.deployment.client.db(at.db).collection('c')

  async function open() {
    const subscriber = await openRawSubscriber(at.relay.graphqlUrl)
    at.onEnd(() => subscriber.close())
    return subscriber
  }

  it('opens one upstream and executes each event once per cohort, however many subscribers there are', async () => {
    const sockets = await Promise.all(Array.from({ length: 10 }, open))
    const before = await at.deployment.openCursors()
    for (const socket of sockets) {
      for (let id = 0; id < 10; id++) {
        const where = id % 2 === 0 ? null : { operationType: { $ne: 'drop' } }
        socket.subscribe(String(id), QUERY, { db: at.db, where, last: id < 5 ? 5 : null })
      }
    }
    await expect.poll(() => at.relay.stats().subscribers).toBe(100)
    // nobody is told when a subscription has begun: write until all have something
    const receivedOf = () => sockets.flatMap(({ received }) => [...received.values()])
    await expect
      .poll(async () => {
        await coll().insertOne({})
        return receivedOf().length
      })
      .toBe(100)
    const { insertedId } = await coll().insertOne({})
    await expect
      .poll(() => receivedOf().filter((list) => JSON.stringify(list.at(-1)).includes(String(insertedId))).length)
      .toBe(100)
    const counts = at.relay.stats()
    expect({ upstreams: counts.upstreams, cohorts: counts.cohorts }).toEqual({ upstreams: 2, cohorts: 2 })
    await expect.poll(() => at.deployment.openCursors()).toBe(before + 1)

    await coll().insertMany(Array.from({ length: 200 }, (_, n) => ({ n })))
    await expect.poll(() => at.relay.stats().deliveries - counts.deliveries).toBe(200 * 100)
    expect(at.relay.stats().encodings - counts.encodings).toBe(200 * 2)
    expect(at.relay.stats().events - counts.events).toBe(200)
    // what is sent is not there yet
    const lastOf = (list: readonly unknown[] | undefined) => tokensOf(list).slice(-200)
    await expect
      .poll(() => {
        const [first, ...others] = receivedOf().map((list) => lastOf(list).join())
        return new Set(lastOf(receivedOf()[0])).size === 200 && others.filter((one) => one === first).length
      })
      .toBe(99)
    const last = receivedOf().map((list) => JSON.stringify(list.at(-1)))
    expect(last.filter((text) => text.includes('"n":199'))).toHaveLength(100)
  })

  it('opens no cursor for a thousand clients that come back with tokens inside the window', async () => {
    const first = await open()
    first.subscribe('1', QUERY, { db: at.db })
    await expect
      .poll(async () => {
        await coll().insertOne({})
        return first.received.size
      })
      .toBe(1)
    await coll().insertMany(Array.from({ length: 100 }, (_, n) => ({ n })))
    const isWhole = () => tokensOf(first.received.get('1')).length
    await expect.poll(isWhole).toBeGreaterThan(100)
    const tokens = tokensOf(first.received.get('1'))
    const cursors = await at.deployment.openCursors()
    let most = cursors
    const sockets = await Promise.all(Array.from({ length: 20 }, open))
    for (const [index, socket] of sockets.entries()) {
      for (let id = 0; id < 50; id++) {
        const startAfter = tokens[(index * 50 + id) % tokens.length]
        socket.subscribe(`s${id}`, QUERY, { db: at.db, startAfter })
      }
    }
    await expect.poll(() => at.relay.stats().subscribers, { interval: 5 }).toBe(1_001)
    await coll().insertOne({ last: true })
    const isThere = () =>
      sockets.reduce(
        (sum, { received }) =>
          sum + [...received.values()].filter((list) => JSON.stringify(list.at(-1)).includes('"last":true')).length,
        0,
      )
    await expect
      .poll(async () => {
        most = Math.max(most, await at.deployment.openCursors())
        return isThere()
      })
      .toBe(1_000)
    expect(most).toBe(cursors)
    expect(at.relay.stats().catchUps).toBe(0)
    const all = [...tokens, tokensOf(first.received.get('1')).at(-1)]
    for (const [index, { received }] of sockets.entries()) {
      for (let id = 0; id < 50; id++) {
        expect(tokensOf(received.get(`s${id}`))).toEqual(all.slice(((index * 50 + id) % tokens.length) + 1))
      }
    }
  })

  it('hurts with a bad token nobody but the subscriber that brought it', async () => {
    const socket = await open()
    socket.subscribe('good', QUERY, { db: at.db, last: 1 })
    await expect
      .poll(async () => {
        await coll().insertOne({})
        return socket.received.size
      })
      .toBe(1)
    const [token = ''] = tokensOf(socket.received.get('good'))
    const other = at.deployment.client.db(at.db).collection('other').watch()
    const foreign = other.next()
    await expect
      .poll(async () => {
        await at.deployment.client.db(at.db).collection('other').insertOne({})
        return Promise.race([foreign.then(() => true), new Promise((resolve) => setImmediate(resolve))])
      })
      .toBe(true)
    const { _id } = await foreign
    await other.close()
    // a server takes the token of another collection for a time, until something happens after it
    socket.subscribe('foreign', QUERY, { db: at.db, startAfter: (_id as { _data: string })._data })
    // of a time long ago, of nothing, cut off
    const bad = [token.replace(/^82......../, '8200000001'), '8200', token.slice(0, -20)]
    for (const [index, startAfter] of bad.entries()) socket.subscribe(`bad${index}`, QUERY, { db: at.db, startAfter })
    await expect
      .poll(() => [...socket.errors.keys()].filter((id) => id !== 'foreign').sort())
      .toEqual(['bad0', 'bad1', 'bad2'])
    const count = tokensOf(socket.received.get('good')).length
    await coll().insertOne({})
    await expect.poll(() => tokensOf(socket.received.get('good')).length).toBe(count + 1)
    expect(at.relay.stats().interruptions).toBe(0)
    expect(socket.errors.has('good')).toBe(false)
  })
})

describe('catching up', () => {
  const at = useRelay(() => ({ windowEvents: 10, maxCatchUps: 2 }))
  const coll = () => at.deployment.client.db(at.db).collection('c')

  it('brings clients from outside the window into it, a few at a time, without gap or duplicate', async () => {
    const socket = await openRawSubscriber(at.relay.graphqlUrl)
    at.onEnd(() => socket.close())
    socket.subscribe('live', QUERY, { db: at.db })
    await expect
      .poll(async () => {
        await coll().insertOne({})
        return socket.received.size
      })
      .toBe(1)
    await coll().insertMany(Array.from({ length: 300 }, (_, n) => ({ n })))
    await expect.poll(() => tokensOf(socket.received.get('live')).length).toBeGreaterThan(300)
    const before = tokensOf(socket.received.get('live'))
    for (let id = 0; id < 20; id++) socket.subscribe(`late${id}`, QUERY, { db: at.db, startAfter: before[id * 10] })
    let most = 0
    let inserted = 0
    const expected = () => tokensOf(socket.received.get('live'))
    await expect
      .poll(
        async () => {
          most = Math.max(most, at.relay.stats().runningCatchUps)
          if (inserted++ < 50) await coll().insertMany([{ inserted }, { inserted }])
          return Array.from({ length: 20 }, (_, id) => tokensOf(socket.received.get(`late${id}`)).at(-1))
        },
        { interval: 1 },
      )
      .toEqual(Array.from({ length: 20 }, () => expect.stringMatching(new RegExp(`^${before.at(-1)?.slice(0, 2)}`))))
    const { insertedId } = await coll().insertOne({ end: true })
    const end = String(insertedId)
    await expect
      .poll(() => [...socket.received.values()].every((list) => JSON.stringify(list.at(-1)).includes(end)))
      .toBe(true)
    for (let id = 0; id < 20; id++) {
      expect(tokensOf(socket.received.get(`late${id}`))).toEqual(expected().slice(id * 10 + 1))
    }
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThanOrEqual(2)
    expect(at.relay.stats()).toMatchObject({ catchUps: 20, runningCatchUps: 0, waitingCatchUps: 0 })
  })
})
