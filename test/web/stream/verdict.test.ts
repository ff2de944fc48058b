import { describe, expect, it } from 'vitest'
import { toVerdict } from '../../../web/stream/verdict.ts'
import { toError } from './fakes.ts'

describe('the verdict on the end of a stream', () => {
  it('does not skip anything for a refused token that was never sent', () => {
    expect(toVerdict(toError('HISTORY_LOST'), null)).toMatchObject({ action: 'retry' })
  })

  it('fails on a change too large when the given token would lead to it again', () => {
    expect(toVerdict(toError('EVENT_TOO_LARGE', { resumeToken: 'a' }), 'a')).toMatchObject({ action: 'fail' })
    expect(toVerdict(toError('EVENT_TOO_LARGE'), 'a')).toMatchObject({ action: 'fail' })
  })

  it('retries an error without a code, and one without any error', () => {
    expect(toVerdict({ kind: 'errors', errors: [{ message: 'Unexpected error' }] }, null)).toEqual({
      action: 'retry',
      reason: 'Unexpected error',
      resumeToken: null,
    })
    expect(toVerdict({ kind: 'errors', errors: [] }, null)).toMatchObject({ action: 'retry' })
  })

  it.each([
    [null, '', 'The relay cannot be reached'],
    [1006, '', 'The relay cannot be reached'],
    [1001, '', 'The relay is restarting'],
    [4499, 'Terminated', 'The relay does not answer'],
    [1011, 'Internal error', 'The relay closed the connection (1011: Internal error)'],
    [4500, '', 'The relay closed the connection (4500)'],
  ])('retries after close code %s', (code, reason, text) => {
    expect(toVerdict({ kind: 'closed', code, reason }, 'a')).toEqual({
      action: 'retry',
      reason: text,
      resumeToken: null,
    })
  })

  it.each([4400, 4401, 4403, 4406])('fails after close code %s', (code) => {
    expect(toVerdict({ kind: 'closed', code, reason: 'No' }, null)).toEqual({
      action: 'fail',
      reason: `The relay closed the connection (${code}: No)`,
    })
  })
})
