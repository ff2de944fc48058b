import { GraphQLError } from 'graphql'
import { describe, expect, it, vi } from 'vitest'
import { RelayError } from '../../../src/errors.ts'
import { toPublicError } from '../../../src/relay/graphql/public-error.ts'

describe('toPublicError', () => {
  it('shows the code and the token of a relay error, and never its cause', () => {
    const error = new RelayError('HISTORY_LOST', 'Gone', { cause: new Error('secret'), resumeToken: '82' })
    const text = JSON.stringify(toPublicError(error, () => undefined))
    expect(JSON.parse(text)).toEqual({ message: 'Gone', extensions: { code: 'HISTORY_LOST', resumeToken: '82' } })
    expect(text).not.toContain('secret')
  })

  it('masks anything else, also inside a GraphQL error, and reports it', () => {
    const secret = new TypeError('secret')
    for (const error of [secret, 'secret', new GraphQLError('secret', { originalError: secret })]) {
      const report = vi.fn()
      const shown = toPublicError(error, report)
      expect(shown.message).toBe('Unexpected error')
      expect(shown.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR' })
      expect(report).toHaveBeenCalledWith(error)
    }
  })

  it('gives errors of GraphQL itself a code, unless they have one, and leaves the rest of them as it is', () => {
    const error = new GraphQLError('Cannot query field "x"', { positions: [1] })
    const shown = toPublicError(error, () => undefined)
    expect(shown.toJSON()).toEqual({ ...error.toJSON(), extensions: { code: 'BAD_USER_INPUT' } })
    const coded = new GraphQLError('Too deep', { extensions: { code: 'LIMIT_EXCEEDED' } })
    expect(toPublicError(coded, () => undefined)).toBe(coded)
    const located = new GraphQLError('wrapped', { originalError: error, extensions: { code: 'FORBIDDEN' } })
    expect(toPublicError(located, () => undefined)).toBe(located)
  })
})
