import { describe, expect, it } from 'vitest'
import { createWaitList } from '../../../src/util/waiting/wait-list.ts'

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
