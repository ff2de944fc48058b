import { createRequire } from 'node:module'
import * as own from 'mongodb'
import { describe, expect, it } from 'vitest'
import { diagnose } from '../../../../src/relay/mongo/failures/diagnose.ts'
import { failureReason } from '../../../../src/relay/mongo/failures/reason.ts'
import { isUnknownStage } from '../../../../src/relay/mongo/failures/server-codes.ts'

/** The driver as a package that brings its own one loads it: other classes of the same names. */
function anotherCopy(): typeof own {
  const require = createRequire(import.meta.url)
  for (const file of Object.keys(require.cache))
    if (/node_modules.(mongodb|bson)\W/.test(file)) delete require.cache[file]
  return require('mongodb') as typeof own
}

/** What a minifier leaves of the names of classes, other than what they say of themselves. */
function minified(driver: typeof own): typeof own {
  for (const value of Object.values(driver)) {
    if (typeof value === 'function') Object.defineProperty(value, 'name', { value: 'a' })
  }
  return driver
}

describe.each([
  ['the relay’s own copy', () => own],
  ['another copy', anotherCopy],
  ['a minified copy', () => minified(anotherCopy())],
])('an error of %s of the driver', (_, copy) => {
  const driver = copy()

  it('is known to pass, or not to', () => {
    expect(diagnose(new driver.MongoNetworkError('connection closed')).transient).toBe(true)
    expect(diagnose(new driver.MongoInvalidArgumentError('no')).transient).toBe(false)
    expect(diagnose(new driver.MongoServerError({ message: 'no', code: 136 })).transient).toBe(true)
    const labelled = new driver.MongoServerError({
      message: 'no',
      code: 1,
      errorLabels: ['ResumableChangeStreamError'],
    })
    expect(diagnose(labelled).transient).toBe(true)
  })

  it('is told by its number', () => {
    const lost = new driver.MongoServerError({ message: 'no', code: 286, codeName: 'ChangeStreamHistoryLost' })
    expect(diagnose(lost).error.code).toBe('HISTORY_LOST')
    expect(failureReason(lost)).toBe('ChangeStreamHistoryLost')
    expect(isUnknownStage(new driver.MongoServerError({ message: 'no', code: 40324 }))).toBe(true)
  })

  it('has its reason in the log', () => {
    expect(failureReason(new driver.MongoNetworkError('connection closed'))).toBe('connection closed')
  })
})

it.each([undefined, null, 'MongoServerError', { name: 'MongoServerError', code: 286 }, new Error('no')])(
  'takes %s for nothing of the driver',
  (cause) => {
    expect(diagnose(cause)).toMatchObject({ transient: false, error: { code: 'UPSTREAM_FAILED' } })
    expect(failureReason(cause)).toBeUndefined()
  },
)
