import { describe, expect, it } from 'vitest'
import { createRelay } from '../../src/adapters/node/relay.ts'

describe('an option with a value that it cannot have', () => {
  it.each<[object, string]>([
    [{ port: '8888' }, '`port`: Not a number: string'],
    [{ port: 65_536 }, '`port`: Not a port from 0 to 65535: 65536'],
    [{ maxTokens: 0 }, '`maxTokens`: Not a positive whole number: 0'],
    [{ maxTokens: NaN }, '`maxTokens`: Not a positive whole number: null'],
    [{ windowBytes: -1 }, '`windowBytes`: Not a size such as 16MiB: -1'],
    [{ maxResultBytes: 268_435_457 }, '`maxResultBytes`: More than 256MiB: 268435457'],
    [{ keepAliveMs: 1 }, '`keepAliveMs`: Less than 100ms: 1'],
    [{ graphiql: 'no' }, '`graphiql`: Not a boolean: string'],
    [{ mongoUri: null }, '`mongoUri`: Not a string: object'],
    [{ allowedOrigins: 'https://app.example.com' }, '`allowedOrigins`: Not a list: string'],
    [{ tokenSecret: 'short' }, '`tokenSecret`: The secret must have 32 characters or more'],
    [{ metricsToken: 'sixteen, with a comma' }, '`metricsToken`: The secret must have 16 characters or more'],
  ])('is refused by its name: %j', async (options, message) => {
    await expect(createRelay(options)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(message),
    })
  })
})

describe('an option that is not known', () => {
  it.each<[object, RegExp]>([
    [{ mongo: 'mongodb://127.0.0.1' }, /Unknown option "mongo" of createRelay; did you mean mongoUri\?/],
    [{ mongoURI: 'mongodb://127.0.0.1' }, /did you mean mongoUri\?/],
    [{ backoff: { initalMs: 5 } }, /Unknown option "initalMs" of `backoff`.*did you mean initialMs\?/],
    [{ auth: { token: [] } }, /"token".*did you mean tokens\?/],
    [{ auth: { jwt: { sercet: 'x'.repeat(32) } } }, /"sercet".*did you mean secret\?/],
    [{ rules: [{ role: ['admin'], namespaces: ['*'] }], tokenSecret: 'x'.repeat(32) }, /"role".*did you mean roles\?/],
    [{ logLevel: 'debug' }, /Unknown option "logLevel"/],
    [{ log: undefined, nothingLikeIt: 1 }, /Unknown option "nothingLikeIt" of createRelay$/],
  ])('is refused, naming the nearest one: %j', async (options, message) => {
    const started = createRelay(options)
    await expect(started).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(message) })
  })
})
