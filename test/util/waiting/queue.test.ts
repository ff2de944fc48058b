import { describe, expect, it, vi } from 'vitest'
import { createQueue } from '../../../src/util/waiting/queue.ts'

function open() {
  const events = { onStart: vi.fn(), onEmpty: vi.fn(), onOver: vi.fn() }
  return { events, queue: createQueue<number>(events) }
}

describe('the queue', () => {
  it('starts with the first read', async () => {
    const { queue, events } = open()
    expect(events.onStart).not.toHaveBeenCalled()
    const next = queue.next()
    expect(events.onStart).toHaveBeenCalledOnce()
    queue.push(1)
    expect(await next).toEqual({ done: false, value: 1 })
  })

  it('gives what waits before its error, and the error once', async () => {
    const { queue } = open()
    queue.push(1)
    queue.end({ error: new Error('over') })
    expect(await queue.next()).toEqual({ done: false, value: 1 })
    await expect(queue.next()).rejects.toThrow('over')
    expect(await queue.next()).toEqual({ done: true, value: undefined })
  })

  it('drops what waits when it is aborted', async () => {
    const { queue } = open()
    queue.push(1)
    queue.abort(new Error('aborted'))
    await expect(queue.next()).rejects.toThrow('aborted')
  })

  it('returns at once although a read waits', async () => {
    const { queue, events } = open()
    const next = queue.next()
    expect(await queue.return?.()).toEqual({ done: true, value: undefined })
    expect(await next).toEqual({ done: true, value: undefined })
    expect(events.onOver).toHaveBeenCalledOnce()
  })

  it('says when nothing waits any more', async () => {
    const { queue, events } = open()
    queue.push(1)
    queue.push(2)
    await queue.next()
    expect(events.onEmpty).not.toHaveBeenCalled()
    expect(queue.size).toBe(1)
    await queue.next()
    expect(events.onEmpty).toHaveBeenCalledOnce()
  })
})
