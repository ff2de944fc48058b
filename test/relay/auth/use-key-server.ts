import { afterAll, beforeAll } from 'vitest'
import { type KeyServer, startKeyServer } from './issuer.ts'

/** Starts a server of key sets before the tests of a group, and stops it after them. */
export function useKeyServer(): Pick<KeyServer, 'url' | 'answer' | 'hold'> {
  let server: KeyServer
  beforeAll(async () => {
    server = await startKeyServer()
  })
  afterAll(() => server.stop())
  return {
    get url() {
      return server.url
    },
    answer: (how) => server.answer(how),
    hold: (keys) => server.hold(keys),
  }
}
