import { describe, expect, it } from 'vitest'
import { nextStep } from '../../src/client/next-step.ts'
import { ERROR_CODES } from '../../src/errors.ts'

const TRANSIENT = ['SLOW_CONSUMER', 'LIMIT_EXCEEDED', 'UPSTREAM_FAILED', 'SHUTTING_DOWN']

describe('the step after the end of a connection', () => {
  it.each(Object.keys(ERROR_CODES))('sorts %s into what passes and what does not', (code) => {
    const errors = [{ message: 'Why', extensions: { code, resumeToken: '82' } }]
    const orderly = code === 'SHUTTING_DOWN' ? { isOrderly: true } : {}
    const action = TRANSIENT.includes(code) ? { action: 'retry', ...orderly } : { action: 'fail', code }
    expect(nextStep({ kind: 'errors', errors })).toEqual({ ...action, reason: 'Why', resumeToken: '82' })
  })

  it.each([
    ['a masked error', 'INTERNAL_SERVER_ERROR'],
    ['a code that it does not know', 'A_CODE_OF_THE_FUTURE'],
  ])('tries again after %s', (_, code) => {
    const errors = [{ message: 'Unexpected error', extensions: { code } }]
    expect(nextStep({ kind: 'errors', errors }).action).toBe('retry')
  })

  it.each([undefined, 'GRAPHQL_VALIDATION_FAILED'])('gives up when the relay refuses the document: %s', (code) => {
    const errors = [{ message: 'Cannot query field "changes"', extensions: { code } }]
    expect(nextStep({ kind: 'errors', errors })).toMatchObject({ action: 'fail', code: 'BAD_USER_INPUT' })
  })

  it.each([1000, 1001, 1005, 1006, 1008, 1009, 1011, 1012, 4408, 4499, 4500, null])(
    'tries again after the close code %s',
    (code) => {
      expect(nextStep({ kind: 'closed', code, reason: '' }).action).toBe('retry')
    },
  )

  it.each([
    [4400, 'PROTOCOL_ERROR'],
    [4401, 'UNAUTHENTICATED'],
    [4403, 'UNAUTHENTICATED'],
    [4406, 'PROTOCOL_ERROR'],
  ])('gives up after the close code %i', (code, expected) => {
    expect(nextStep({ kind: 'closed', code, reason: 'x' })).toMatchObject({ action: 'fail', code: expected })
  })

  it.each([
    [1006, '', 'The relay cannot be reached'],
    [null, 'No credentials', 'The relay cannot be reached: No credentials'],
    [1001, 'x', 'The relay is restarting'],
    [4403, 'Forbidden: The token has expired', 'The token has expired'],
    [4403, 'Forbidden', 'The relay does not take the credentials'],
    [4403, '', 'The relay does not take the credentials'],
    [4499, 'Terminated', 'The relay does not answer'],
    [4500, 'x', 'The relay closed the connection (4500: x)'],
    [1011, '', 'The relay closed the connection (1011)'],
  ])('says for people what the close code %s means', (code, reason, expected) => {
    expect(nextStep({ kind: 'closed', code, reason }).reason).toBe(expected)
  })
})
