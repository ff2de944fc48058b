import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createStaggeredTimer } from '../../../../src/relay/transport/websocket/staggered-timer.ts'

describe('a staggered timer', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('looks at each thing once in a period, and not at all of them at a time', () => {
    const looks: string[] = []
    const timer = createStaggeredTimer<string>(1_600, (item) => looks.push(item))
    timer.add('a')
    vi.advanceTimersByTime(800)
    timer.add('b')
    vi.advanceTimersByTime(799)
    expect(looks).toEqual([])
    vi.advanceTimersByTime(1)
    expect(looks).toEqual(['a'])
    vi.advanceTimersByTime(800)
    expect(looks).toEqual(['a', 'b'])
    vi.advanceTimersByTime(16_000)
    expect(looks.filter((item) => item === 'a')).toHaveLength(11)
    expect(looks.filter((item) => item === 'b')).toHaveLength(11)
  })

  it('looks no more at what was deleted, also while it is looked at', () => {
    const looks: string[] = []
    const timer = createStaggeredTimer<string>(1_600, (item) => {
      looks.push(item)
      timer.delete('b')
    })
    for (const item of ['a', 'b', 'c']) timer.add(item)
    vi.advanceTimersByTime(3_200)
    expect(looks).toEqual(['a', 'c', 'a', 'c'])
    expect([...timer]).toEqual(['a', 'c'])
  })

  it('has a timer only while there is something to look at', () => {
    const timer = createStaggeredTimer<string>(1_600, () => 0)
    expect(vi.getTimerCount()).toBe(0)
    timer.add('a')
    timer.add('b')
    expect(vi.getTimerCount()).toBe(1)
    timer.delete('a')
    timer.delete('a')
    expect(vi.getTimerCount()).toBe(1)
    timer.delete('b')
    expect(vi.getTimerCount()).toBe(0)
  })
})
