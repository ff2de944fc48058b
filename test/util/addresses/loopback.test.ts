import { describe, expect, it } from 'vitest'
import { isLoopback } from '../../../src/util/addresses/loopback.ts'

describe('isLoopback', () => {
  it('knows the names of this machine', () => {
    expect(['127.1.2.3', '::1', 'localhost'].every(isLoopback)).toBe(true)
    expect(['0.0.0.0', '::', '10.0.0.1', '127.example'].some(isLoopback)).toBe(false)
  })
})
