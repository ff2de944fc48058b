import * as dns from 'node:dns'
import { getSystemErrorMap } from 'node:util'
import * as mongodb from 'mongodb'
import { describe, expect, it } from 'vitest'
import { diagnose } from '../../../../src/relay/mongo/failures/diagnose.ts'
import { DRIVER_ERRORS } from '../../../../src/relay/mongo/failures/driver-errors.ts'

const { Int32, MongoNetworkError, MongoServerError } = mongodb

function serverError(code: number, errorLabels: string[] = []): mongodb.MongoServerError {
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
    expect(diagnose(serverError(code), { isTokenUntried: true }).error.code).toBe('RESUME_TOKEN_INVALID')
    expect(diagnose(serverError(code)).error.code).toBe('UPSTREAM_FAILED')
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

  it('takes an error that it does not know for one that passes, once the stream was open', () => {
    expect(diagnose(serverError(99999)).transient).toBe(false)
    expect(diagnose(serverError(99999), { wasOpen: true }).transient).toBe(true)
    for (const code of [286, 280, 10334, 13, 18, 47]) {
      expect(diagnose(serverError(code), { wasOpen: true }).transient).toBe(false)
    }
  })

  it('takes credentials that Atlas refuses for what they are', () => {
    const cause = new MongoServerError({ message: 'bad auth : authentication failed', code: 8000 })
    expect(diagnose(cause, { wasOpen: true })).toMatchObject({ transient: false, error: { code: 'UPSTREAM_FAILED' } })
    expect(diagnose(cause).error.message).toContain('password')
  })

  it('says that there is no user where that is why it may not', () => {
    const { message } = diagnose(serverError(13), { hasUser: false, scope: { db: 'shop' } }).error
    expect(message).toMatch(/`shop`.*no.* in the relay’s MongoDB URI; write one/)
  })

  const driverErrors = Object.entries(mongodb).filter(
    ([, value]) => typeof value === 'function' && value.prototype instanceof Error,
  ) as [string, { readonly prototype: object }][]

  it('has every class of the driver’s own errors in its table', () => {
    const own = driverErrors.filter(([, { prototype }]) => !(prototype instanceof MongoServerError))
    const names = own.map(([name]) => name).filter((name) => name !== 'MongoServerError')
    expect(names.length).toBeGreaterThan(40)
    expect(Object.keys(DRIVER_ERRORS).sort()).toEqual(names.sort())
  })

  it.each(driverErrors)('takes %s for what the table says, and one that extends it, too', (name, { prototype }) => {
    // without their constructors, which all want something else
    const error = Object.create(prototype, { message: { value: 'as the driver says' } }) as Error
    const meaning = DRIVER_ERRORS[name]
    if (meaning === undefined) return expect(error).toBeInstanceOf(MongoServerError)
    const NewerError = class extends (error.constructor as new () => Error) {}
    const newer = Object.create(NewerError.prototype, { message: { value: 'as a newer driver says' } }) as Error
    for (const one of [error, newer]) expect(diagnose(one).transient).toBe(meaning === 'outage')
    return undefined
  })

  const systemError = (code: string, syscall?: string) =>
    Object.assign(new Error(code), { code, ...(syscall ? { syscall } : {}) })
  const dnsCodes = Object.entries(dns).flatMap(([, value]) =>
    typeof value === 'string' && /^E[A-Z]+$/.test(value) ? [value] : [],
  )

  // UNKNOWN is what has no code of its own
  const systemCodes = [...getSystemErrorMap().values()].map(([code]) => code).filter((code) => code !== 'UNKNOWN')

  it.each(systemCodes)('takes %s of the system as an outage', (code) => {
    const outage = { transient: true, unreachable: true, error: { code: 'UPSTREAM_FAILED' } }
    expect(diagnose(systemError(code, 'connect'))).toMatchObject(outage)
    expect(diagnose(systemError(code))).toMatchObject(outage)
  })

  it.each(dnsCodes)('takes %s of DNS as an outage', (code) => {
    expect(diagnose(systemError(code, 'querySrv')).transient).toBe(true)
  })

  it.each([
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_OSSL_PEM_NO_START_LINE',
    'ERR_STREAM_PREMATURE_CLOSE',
    'ERR_SOCKET_CLOSED',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ])('takes %s as an outage', (code) => {
    expect(diagnose(systemError(code)).transient).toBe(true)
  })

  it('takes several failed attempts at one connection as an outage, and a mistake among them as a mistake', () => {
    const refused = systemError('ECONNREFUSED', 'connect')
    expect(diagnose(new AggregateError([refused, refused])).transient).toBe(true)
    expect(diagnose(new AggregateError([refused, new TypeError('a bug')])).transient).toBe(false)
    expect(diagnose(new AggregateError([])).transient).toBe(false)
  })

  it.each([
    new TypeError('a bug'),
    new RangeError('one'),
    systemError('ERR_INVALID_ARG_TYPE'),
    new Error('?'),
    'text',
    undefined,
  ])('takes a mistake in a program as permanent: %s', (cause) => {
    expect(diagnose(cause).transient).toBe(false)
  })

  it('takes a network error of the driver as transient', () => {
    expect(diagnose(new MongoNetworkError('reset')).transient).toBe(true)
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
    const { message } = diagnose(serverError(13), { scope }).error
    expect(message).toContain(`may not watch ${name}`)
    expect(message).toMatch(/`changeStream` and `find`/)
  })

  it('tells how to start a replica set', () => {
    expect(diagnose(serverError(40573)).error.message).toContain('--replSet')
  })
})
