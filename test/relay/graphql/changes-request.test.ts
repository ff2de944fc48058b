import { Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import { type ChangesArgs, toChangesRequest as toRequest } from '../../../src/relay/graphql/changes-request.ts'

const defaults: ChangesArgs = {
  fullDocument: 'DEFAULT',
  fullDocumentBeforeChange: 'OFF',
  showExpandedEvents: false,
  format: 'RELAXED',
}

const toChangesRequest = (args: ChangesArgs, lastEventId: string | undefined) =>
  toRequest(args, { lastEventId, grant: { key: '' }, maxTokenBytes: 100 })

describe('toChangesRequest', () => {
  it('watches the deployment from now on when nothing is said', () => {
    expect(toChangesRequest(defaults, undefined)).toEqual({
      scope: {},
      chosen: { fullDocument: 'default', fullDocumentBeforeChange: 'off', showExpandedEvents: false },
      start: 'now',
    })
  })

  it('takes every way to say where to start', () => {
    const start = (args: Partial<ChangesArgs>) => toChangesRequest({ ...defaults, ...args }, undefined).start
    expect(start({ startAfter: '82AB' })).toEqual({ after: new Map([['_data', '82AB']]) })
    expect(start({ startAtOperationTime: { t: 1, i: 2 } })).toEqual({ at: new Timestamp({ t: 1, i: 2 }) })
    expect(start({ last: 0 })).toEqual({ last: 0 })
    expect(start({ last: 100, startAfter: null })).toEqual({ last: 100 })
  })

  it('continues where an EventSource left off, whatever the operation says', () => {
    expect(toChangesRequest({ ...defaults, last: 5 }, '82AB').start).toEqual({ after: new Map([['_data', '82AB']]) })
  })

  it.each<[Partial<ChangesArgs>, code: string, message: string]>([
    [{ coll: 'c' }, 'BAD_USER_INPUT', 'needs `db`'],
    [{ startAfter: '82', last: 1 }, 'BAD_USER_INPUT', 'not several'],
    [{ startAfter: '82', startAtOperationTime: { t: 1, i: 1 } }, 'BAD_USER_INPUT', 'not several'],
    [{ startAfter: 'no token' }, 'RESUME_TOKEN_INVALID', 'Not a resume token'],
    [{ startAfter: '82'.repeat(51) }, 'RESUME_TOKEN_INVALID', 'longer than the 100 bytes'],
    [{ startAtOperationTime: 5 }, 'BAD_USER_INPUT', 'timestamp'],
    [{ last: -1 }, 'BAD_USER_INPUT', 'from 0 to 100'],
    [{ last: 101 }, 'BAD_USER_INPUT', 'from 0 to 100'],
    [{ operationTypes: [] }, 'BAD_USER_INPUT', 'empty'],
    [{ operationTypes: ['insert', '$where'] }, 'BAD_USER_INPUT', '$where'],
    [{ operationTypes: Array.from({ length: 65 }, () => 'insert') }, 'BAD_USER_INPUT', 'more than 64'],
    [{ where: [1] }, 'BAD_USER_INPUT', '`where` must be a document'],
    [{ where: { $where: 'x' } }, 'BAD_USER_INPUT', '$where'],
  ])('refuses %j', (args, code, message) => {
    expect(() => toChangesRequest({ ...defaults, ...args }, undefined)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
  })

  it('refuses a token that is not a string', () => {
    // a scalar of our own takes any JSON value
    const startAfter = 5 as unknown as string
    expect(() => toChangesRequest({ ...defaults, startAfter }, undefined)).toThrow(
      expect.objectContaining({ code: 'RESUME_TOKEN_INVALID' }),
    )
  })
})
