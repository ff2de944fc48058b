import { describe, expect, it } from 'vitest'
import { toVariables } from '../../../src/client/query/variables.ts'
import type { WatchOptions } from '../../../src/client/index.ts'

const at = { t: 1, i: 2 }

describe('the variables of a watch', () => {
  it('are what was given, with Extended JSON as text', () => {
    const options = {
      db: 'a',
      coll: 'b',
      operationTypes: ['insert'],
      where: { n: 5n },
      startAtOperationTime: at,
      last: undefined,
    }
    expect(toVariables(options, undefined)).toEqual({
      db: 'a',
      coll: 'b',
      operationTypes: ['insert'],
      where: '{"n":{"$numberLong":"5"}}',
      startAtOperationTime: '{"t":1,"i":2}',
    })
    expect(toVariables({ where: '{"a": 1}', startAtOperationTime: at }, '82')).toEqual({
      where: '{"a": 1}',
      startAfter: '82',
    })
  })

  it.each<[Record<string, unknown>, string]>([
    [{ where: null }, '`where`'],
    [{ where: { owner: undefined } }, '`where.owner`'],
    [{ last: NaN }, '`last`'],
    [{ db: 5n }, '`db`'],
    [{ operationTypes: ['insert', undefined] }, '`operationTypes.1`'],
    [{ startAfter: null }, '`startAfter`'],
  ])('are never made of %o', (options, path) => {
    expect(() => toVariables(options as Partial<WatchOptions>, undefined)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining(path) }),
    )
  })
})
