import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Batch, Sink } from '../../../../src/relay/feed/sink.ts'
import { createOutputRate } from '../../../../src/relay/transport/limits/output-rate.ts'

const batchOf = (bytes: number): Batch => ({ payloads: [Buffer.alloc(bytes)], tokens: [''], bytes })

describe('createOutputRate', () => {
  let written = 0
  const sink: Sink = {
    write: ({ bytes }) => ((written += bytes), true),
    isReady: () => true,
    bufferedBytes: () => 7,
    end: () => undefined,
  }

  beforeEach(() => {
    written = 0
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is the sink itself without a limit', () => {
    expect(
      createOutputRate({ bytesPerSecond: Infinity })
        .connect(() => undefined)
        .limit(sink),
    ).toBe(sink)
  })

  it('lets a connection write its rate over time, whatever resumes it', () => {
    const rate = createOutputRate({ bytesPerSecond: 1_000 })
    const connection = rate.connect(() => pump())
    const limited = connection.limit(sink)
    const pump = () => {
      while (limited.write(batchOf(300)));
    }
    pump()
    expect([written, connection.isOver]).toEqual([1_200, true])
    expect(limited.bufferedBytes()).toBe(207)
    vi.advanceTimersByTime(100_000)
    expect(written).toBeGreaterThan(100_000)
    expect(written).toBeLessThan(102_000)
    rate.stop()
  })

  it('makes the subscriptions of one connection share its rate, and leaves other connections alone', () => {
    const rate = createOutputRate({ bytesPerSecond: 1_000 })
    const connection = rate.connect(() => undefined)
    const [one, two] = [connection.limit(sink), connection.limit(sink)]
    expect([one.write(batchOf(800)), two.write(batchOf(800)), one.write(batchOf(1))]).toEqual([true, false, false])
    expect(
      rate
        .connect(() => undefined)
        .limit(sink)
        .write(batchOf(800)),
    ).toBe(true)
    rate.stop()
  })

  it('has one timer, while some connection waits', () => {
    const rate = createOutputRate({ bytesPerSecond: 1_000 })
    const limited = [1, 2, 3].map(() => rate.connect(() => undefined).limit(sink))
    expect(vi.getTimerCount()).toBe(0)
    for (const each of limited) each.write(batchOf(2_000))
    expect(vi.getTimerCount()).toBe(1)
    vi.advanceTimersByTime(1_100)
    expect(vi.getTimerCount()).toBe(0)
  })
})
