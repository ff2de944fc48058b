import { describe, expect, it } from 'vitest'
import { createRelay } from '../../src/relay/relay.ts'

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
