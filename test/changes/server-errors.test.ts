import { Int32, MongoNetworkError, MongoParseError, MongoServerError } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { diagnose } from '../../src/changes/server-errors.ts'

function serverError(code: number, errorLabels: string[] = []): MongoServerError {
  return new MongoServerError({ message: 'as the server says', code, errorLabels })
}

describe('diagnose', () => {
  it.each([
    [286, 'HISTORY_LOST'],
    [280, 'RESUME_TOKEN_INVALID'],
    [260, 'RESUME_TOKEN_INVALID'],
    [40647, 'RESUME_TOKEN_INVALID'],
    [50811, 'RESUME_TOKEN_INVALID'],
    [10334, 'EVENT_TOO_LARGE'],
    [40573, 'UPSTREAM_FAILED'],
    [13, 'FORBIDDEN'],
    [18, 'UPSTREAM_FAILED'],
    [47, 'UPSTREAM_FAILED'],
    [73, 'BAD_USER_INPUT'],
    [166, 'BAD_USER_INPUT'],
    [99999, 'UPSTREAM_FAILED'],
  ])('takes server error %i as permanent: %s', (code, expected) => {
    const cause = serverError(code)
    expect(diagnose(cause)).toMatchObject({ transient: false, error: { code: expected, cause } })
  })

  it.each([9, 14])('takes server error %i for a wrong token only where the token is untried', (code) => {
    expect(diagnose(serverError(code), true).error.code).toBe('RESUME_TOKEN_INVALID')
    expect(diagnose(serverError(code), false).error.code).toBe('UPSTREAM_FAILED')
  })

  it.each([136, 43, 237, 175, 11600, 10107])('takes server error %i as transient', (code) => {
    expect(diagnose(serverError(code)).transient).toBe(true)
  })

  it('takes what the server labels as resumable as transient', () => {
    expect(diagnose(serverError(99999, ['ResumableChangeStreamError'])).transient).toBe(true)
  })

  it('takes a token that the oplog has lost as permanent even when it is labelled', () => {
    expect(diagnose(serverError(286, ['ResumableChangeStreamError'])).transient).toBe(false)
  })

  it('takes a network error as transient, and a wrong option as permanent', () => {
    expect(diagnose(new MongoNetworkError('reset')).transient).toBe(true)
    expect(diagnose(new MongoParseError('no')).transient).toBe(false)
    expect(diagnose(new TypeError('a bug')).transient).toBe(false)
  })

  it('knows a code that was decoded as Int32', () => {
    const cause = serverError(0)
    cause.code = new Int32(286) as unknown as number
    expect(diagnose(cause).error.code).toBe('HISTORY_LOST')
  })

  it.each([
    [{ db: 'shop', coll: 'orders' }, '`shop.orders`'],
    [{ db: 'shop' }, '`shop`'],
    [{}, 'all databases'],
  ])('tells which privileges are missing on %j', (scope, name) => {
    const { message } = diagnose(serverError(13), false, scope).error
    expect(message).toContain(`may not watch ${name}`)
    expect(message).toMatch(/`changeStream` and `find`/)
  })

  it('tells how to start a replica set', () => {
    expect(diagnose(serverError(40573)).error.message).toContain('--replSet')
  })
})
