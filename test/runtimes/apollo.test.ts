import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openDeployment, type TestDeployment } from '../support/deployment.ts'
import { webSocket } from '../support/transports.ts'
import { type Served, serve } from './runtimes.ts'

describe('changes in the schema of an Apollo Server, which has its own copy of `graphql`', () => {
  let deployment: TestDeployment
  let server: Served
  const stops: (() => unknown)[] = []

  beforeEach(async () => {
    deployment = await openDeployment()
    server = await serve('node', 'programs/apollo.js', { MONGODB_URI: deployment.uri })
  })
  afterEach(async () => {
    for (const stop of stops.splice(0)) stop()
    await server.stop()
    await deployment.stop()
  })

  it('are delivered by rules and limits of each caller, beside what else is in it', async () => {
    const db = deployment.newDb()
    const url = `${server.origin}/graphql`
    const stats = async () => (await fetch(`${server.origin}/control/stats`)).json()
    const watch = (user: string | undefined, args: object = {}) => {
      const headers: Record<string, string> = user === undefined ? {} : { 'x-user': user }
      const live = webSocket.subscribe(url, { db, coll: 'c', ...args }, undefined, headers)
      stops.push(() => live.stop())
      return live
    }
    expect(await watch(undefined).failure()).toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } })
    expect(await watch('carol').failure()).toMatchObject({ extensions: { code: 'FORBIDDEN' } })

    const { t, i } = await deployment.operationTime()
    const startAtOperationTime = { t, i: i + 1 }
    const [ada, bob] = [watch('ada', { startAtOperationTime }), watch('bob', { startAtOperationTime })]
    const documents = [{ _id: 1 }, { _id: 2, secret: true }, { _id: 3 }]
    await deployment.client.db(db).collection<{ _id: number }>('c').insertMany(documents)
    expect((await bob.take(3)).map(({ fullDocument }) => fullDocument)).toEqual(documents)
    expect((await ada.take(2)).map(({ fullDocument }) => fullDocument)).toEqual([{ _id: 1 }, { _id: 3 }])
    expect(await watch('ada').failure()).toMatchObject({ extensions: { code: 'LIMIT_EXCEEDED' } })

    const [first, second] = ada.changes
    ada.stop()
    await vi.waitFor(async () => expect(await stats()).toMatchObject({ subscribers: 1 }))
    const where = { 'fullDocument._id': { $gt: { $numberInt: '1' } } }
    const again = watch('ada', { startAfter: first?.resumeToken, where })
    expect((await again.take(1))[0]).toEqual(second)

    const headers = { 'content-type': 'application/json' }
    const hello = await fetch(url, { method: 'POST', headers, body: '{"query":"{ hello }"}' })
    expect(await hello.json()).toEqual({ data: { hello: 'world' } })

    bob.stop()
    again.stop()
    await vi.waitFor(async () => expect(await stats()).toMatchObject({ subscribers: 0, upstreams: 0 }))
    await vi.waitFor(async () => expect(await deployment.openCursors()).toBe(0))
    const last = watch('bob')
    await vi.waitFor(async () => expect(await stats()).toMatchObject({ subscribers: 1 }))
    await fetch(`${server.origin}/control/stop`)
    expect(await last.failure()).toMatchObject({ extensions: { code: 'SHUTTING_DOWN' } })
    expect(server.complaints()).toBe('')
  })
})
