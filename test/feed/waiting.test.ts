import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { createGate } from '../../src/feed/gate.ts'
import { createLog } from '../../src/feed/log.ts'
import { createWaitList } from '../../src/feed/wait-list.ts'
import { createWaiters } from '../../src/feed/waiters.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Has some wait and leave, and gives what is kept of them. */
async function keptOf(wait: (signal: AbortSignal) => Promise<void>): Promise<number> {
  const kept: WeakRef<AbortSignal>[] = []
  const waits: Promise<void>[] = []
  for (let count = 0; count < 50; count++) {
    const aborter = new AbortController()
    kept.push(new WeakRef(aborter.signal))
    waits.push(wait(aborter.signal).catch(() => undefined))
    aborter.abort()
  }
  await Promise.all(waits.splice(0))
  // a reference that was looked at lives until the end of the turn
  for (let round = 0; round < 3; round++) {
    await turn()
    collectGarbage()
  }
  return kept.filter((reference) => reference.deref() !== undefined).length
}

describe('what waits while MongoDB is away', () => {
  it('is forgotten by a closed gate when it leaves', async () => {
    const gate = createGate()
    // one that belongs to the loop's last round may still be on the stack
    expect(await keptOf((signal) => gate.passed(signal))).toBeLessThanOrEqual(1)
    expect(gate.isOpen).toBe(false)
  })

  it('is forgotten by a log that stands still when it leaves', async () => {
    const waiters = createWaiters(createLog({ maxBytes: 1_000, maxEvents: 10 }))
    expect(await keptOf((signal) => waiters.reaches('82', signal))).toBeLessThanOrEqual(1)
    waiters.wake()
  })
})

describe('a gate', () => {
  it('lets those through who waited, and those who come later', async () => {
    const gate = createGate()
    const { signal } = new AbortController()
    const early = gate.passed(signal)
    gate.open()
    await early
    await gate.passed(signal)
  })

  it('fails those who waited, and those who come later', async () => {
    const gate = createGate()
    const { signal } = new AbortController()
    const early = gate.passed(signal)
    gate.fail(new Error('refused'))
    await expect(early).rejects.toThrow('refused')
    await expect(gate.passed(signal)).rejects.toThrow('refused')
  })

  it('gives a signal that has aborted its reason, open or not', async () => {
    const gate = createGate()
    const gone = AbortSignal.abort(new Error('gone'))
    await expect(gate.passed(gone)).rejects.toThrow('gone')
    gate.open()
    await expect(gate.passed(gone)).rejects.toThrow('gone')
  })
})

describe('a wait list', () => {
  it('releases whom it is due, and no other', async () => {
    const list = createWaitList<number>()
    const { signal } = new AbortController()
    const first = list.wait(1, signal)
    const second = list.wait(2, signal)
    list.release((key) => key <= 1)
    await first
    expect(list.size).toBe(1)
    list.fail(new Error('over'))
    await expect(second).rejects.toThrow('over')
    expect(list.size).toBe(0)
  })
})
