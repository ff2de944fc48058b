import { describe, expect, it, vi } from 'vitest'
import { type Balancer, startBalancer } from '../support/balancer.ts'
import { openDeployment } from '../support/deployment.ts'
import { startClients, startWriter } from '../support/returning-clients.ts'
import { address, logged, type Program, usePrograms } from '../support/process/program.ts'

const tailrace = usePrograms()

describe('a fleet of relays', () => {
  it('is rolled under load without a loss or a repetition for clients that come back', async () => {
    const deployment = await openDeployment()
    const db = deployment.newDb()
    const balancer = await startBalancer()
    const { client } = deployment
    const stop = new AbortController()
    const { operationTime } = await client.db('admin').command({ ping: 1 })
    const start = { $timestamp: { t: operationTime.t, i: operationTime.i + 1 } }

    const addRelay = async () => {
      const args = ['--mongo', deployment.uri, '--port', '0', '--ns', `${db}.orders`, '--drain-delay', '300ms']
      const program = tailrace(args)
      const url = await address(program, 'Live page')
      balancer.add(url)
      await vi.waitFor(() => expect(balancer.isReady(url)).toBe(true), { interval: 20 })
      return { program, url }
    }
    const old = [await addRelay(), await addRelay()]
    const { records, ended } = startClients({ url: balancer.url, db, start, signal: stop.signal })
    const stopWriting = startWriter(client.db(db).collection('orders'))
    const everybodyHas = (count: number) =>
      vi.waitFor(
        () => expect(Math.min(...records.map(({ numbers }) => new Set(numbers).size))).toBeGreaterThanOrEqual(count),
        { interval: 20 },
      )
    await everybodyHas(20)
    for (const { program, url } of old) {
      await addRelay()
      await roll(program, url, balancer)
      await everybodyHas(Math.max(...records.map(({ numbers }) => numbers.length)) + 20)
    }
    const count = await stopWriting()
    await everybodyHas(count)
    stop.abort()
    await ended

    const all = Array.from({ length: count }, (_, n) => n)
    for (const { numbers, interruptions, shutDowns } of records) {
      expect(numbers).toEqual(all)
      expect(interruptions).toBeGreaterThan(0)
      expect(shutDowns).toBeGreaterThan(0)
    }
    await balancer.stop()
    await deployment.stop()
  })
})

async function roll(program: Program, url: string, balancer: Balancer): Promise<void> {
  program.child.kill('SIGTERM')
  await vi.waitFor(() => expect(balancer.isReady(url)).toBe(false), { interval: 5 })
  expect(await program.exited).toBe(0)
  expect(logged(program).map(({ msg }) => msg)).toEqual(['Listening', 'Draining', 'Stopping', 'Stopped'])
}
