import { describe, expect, it, vi } from 'vitest'
import { shareInFlight } from '../../src/relay/in-flight.ts'

describe('a question that is under way', () => {
  it('is asked once for all who ask the same meanwhile, and anew by whoever comes later', async () => {
    const ask = vi.fn((key: string) => Promise.resolve(`${key}!`))
    const shared = shareInFlight(ask)
    expect(await Promise.all([shared('a'), shared('b'), shared('a')])).toEqual(['a!', 'b!', 'a!'])
    expect(ask).toHaveBeenCalledTimes(2)
    await shared('a')
    expect(ask).toHaveBeenCalledTimes(3)
  })

  it('fails for all of them, and can be asked again', async () => {
    const ask = vi.fn().mockRejectedValueOnce(new Error('gone')).mockResolvedValue(1)
    const shared = shareInFlight(ask)
    await expect(Promise.all([shared(0), shared(0)])).rejects.toThrow('gone')
    expect(await shared(0)).toBe(1)
  })
})
