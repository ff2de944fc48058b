import { describe, expect, it } from 'vitest'
import { settledWithin } from '../../../src/util/waiting/settled-within.ts'

// that no timer is left is what the check after each test says
describe('waiting until a promise has settled', () => {
  it('ends when it is fulfilled', async () => {
    expect(await settledWithin(Promise.resolve('value'), 600_000)).toBeUndefined()
  })

  it('ends when it is rejected, without an error', async () => {
    expect(await settledWithin(Promise.reject(new Error('no')), 600_000)).toBeUndefined()
  })

  it('ends after the time when it never settles', async () => {
    expect(await settledWithin(new Promise(() => undefined), 1)).toBeUndefined()
  })
})
