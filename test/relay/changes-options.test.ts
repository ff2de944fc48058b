import { describe, expect, it } from 'vitest'
import { createChanges } from '../../src/relay/create-changes.ts'

describe('the options of createChanges', () => {
  it.each([
    [{ port: 1 }, 'Unknown option "port" of createChanges'],
    [{ maxTokenByte: 1 }, 'Unknown option "maxTokenByte" of createChanges; did you mean maxTokenBytes?'],
    [{ maxTokenBytes: 'many' }, '`maxTokenBytes`'],
    [{ mongoUri: undefined }, 'Give createChanges either `mongoUri` or `client`'],
    [{ client: {} }, 'Give createChanges either `mongoUri` or `client`'],
    [{ principal: () => null, allowAnonymous: true }, 'Give either `principal` or `allowAnonymous`, not both'],
  ])('refuse %j at once', (options: object, message) => {
    expect(() => createChanges({ mongoUri: 'mongodb://127.0.0.1:1', ...options })).toThrow(message)
  })
})
