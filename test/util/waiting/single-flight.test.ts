import { describe, expect, it } from 'vitest'
import { singleFlight } from '../../../src/util/waiting/single-flight.ts'

describe('singleFlight', () => {
  it('runs once for all who ask the same meanwhile, and again for those who ask later', async () => {
    const runs: string[] = []
    const ask = singleFlight(async (key: string) => {
      runs.push(key)
      await Promise.resolve()
      return runs.length
    })
    expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual([2, 2, 2])
    expect(await ask('a')).toBe(3)
    expect(runs).toEqual(['a', 'b', 'a'])
  })

  it('tells a failure to all who share it, and remembers none', async () => {
    let attempts = 0
    const ask = singleFlight<undefined, string>(async () => {
      if (++attempts === 1) throw new Error('not now')
      return 'well'
    })
    const both = await Promise.allSettled([ask(undefined), ask(undefined)])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await ask(undefined)).toBe('well')
  })
})
