import { Readable } from 'node:stream'
import { setImmediate as settle } from 'node:timers/promises'
import { serialize } from 'bson'
import { describe, expect, it } from 'vitest'
import { type Intake, readBatches } from '../../../../src/relay/mongo/stream/event-batches.ts'
import { createEventAssembler } from '../../../../src/relay/mongo/stream/event-fragments.ts'

/** A stream as the driver makes it, which gives events one by one, and how many of its last reply are left. */
function driverStream() {
  const reply: Uint8Array[] = []
  let wanted = false
  const readable = new Readable({
    objectMode: true,
    autoDestroy: false,
    highWaterMark: 1,
    read() {
      wanted = true
      give()
    },
  })
  const give = () => {
    queueMicrotask(() => {
      const next = wanted ? reply.shift() : undefined
      if (next === undefined) return
      wanted = false
      readable.push(next)
    })
  }
  const batches = readBatches(readable, createEventAssembler(), () => reply.length)
  return {
    readable,
    batches,
    answer(...events: Uint8Array[]) {
      reply.push(...events)
      give()
    },
  }
}

const TOKEN = new Map([['_data', '82']])
const event = (n: number, size = 1) => serialize({ _id: n, text: 'x'.repeat(size) })
const events = (count: number) => Array.from({ length: count }, (_, n) => event(n))
/** Which events of these came: to compare many bytes with `toEqual` takes seconds. */
const placesIn = (all: readonly Uint8Array[], intake: Intake | undefined) =>
  intake && 'events' in intake ? intake.events.map((one) => all.indexOf(one)) : []

describe('readBatches', () => {
  it('gives what a reply holds at once, in order', async () => {
    const { batches, answer } = driverStream()
    const first = batches.next()
    answer(...events(3))
    expect(await first).toEqual({ events: events(3) })
  })

  it('gives a long reply and large events in bounded batches', async () => {
    const { batches, answer } = driverStream()
    answer(...events(100))
    expect(await batches.next()).toEqual({ events: events(100).slice(0, 64) })
    expect(await batches.next()).toEqual({ events: events(100).slice(64) })
    const large = [event(0, 200_000), event(1, 200_000), event(2, 200_000)]
    answer(...large)
    expect(placesIn(large, await batches.next())).toEqual([0, 1])
    expect(placesIn(large, await batches.next())).toEqual([2])
  })

  it('waits for the last fragment of an event', async () => {
    const { batches, answer } = driverStream()
    const part = (fragment: number) =>
      serialize({ _id: fragment, splitEvent: { fragment, of: 2 }, [`f${fragment}`]: 1 })
    const next = batches.next()
    answer(part(1))
    await settle()
    // says nothing while a part is held
    batches.noteIdle(TOKEN)
    answer(part(2))
    expect(await next).toEqual({ events: [serialize({ _id: 2, f1: 1, f2: 1 })] })
  })

  it('gives the position of a reply without events, unless there are events meanwhile', async () => {
    const { batches, answer } = driverStream()
    const next = batches.next()
    batches.noteIdle(TOKEN)
    expect(await next).toEqual({ idleAt: TOKEN })
    batches.noteIdle(TOKEN)
    expect(await batches.next()).toEqual({ idleAt: TOKEN })
    batches.noteIdle(TOKEN)
    answer(event(1))
    await settle()
    expect(await batches.next()).toEqual({ events: [event(1)] })
    const last = batches.next()
    answer(event(2))
    expect(await last).toEqual({ events: [event(2)] })
  })

  it('gives the events before an error, then throws it', async () => {
    const { batches, answer, readable } = driverStream()
    const first = batches.next()
    answer(event(0))
    await first
    answer(event(1))
    await settle()
    readable.destroy(new Error('cut off'))
    expect(await batches.next()).toEqual({ events: [event(1)] })
    await expect(batches.next()).rejects.toThrow('cut off')
  })

  it('ends with the stream, also while somebody waits', async () => {
    const { batches, readable } = driverStream()
    const next = batches.next()
    readable.push(null)
    expect(await next).toBeUndefined()
    expect(await batches.next()).toBeUndefined()
  })
})
