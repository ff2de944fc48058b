import { describe, expect, it } from 'vitest'
import { ERROR_CODES, isForGood } from '../../../../src/errors.ts'
import { endId, endMark, isEndMark } from '../../../../src/relay/transport/sse/end-mark.ts'
import { askRaw, type RawAnswer, toRequest } from '../../../support/raw-http.ts'
import { type RelayFixture, useRelay } from '../../../support/relay.ts'

function ask(at: RelayFixture, query: string, headers: readonly string[] = [], method = 'GET') {
  const target = `/graphql?query=${encodeURIComponent(query)}`
  const body = JSON.stringify({ query })
  const all = ['Accept: text/event-stream', ...headers]
  const request =
    method === 'GET'
      ? { target, headers: all }
      : { method, target: '/graphql', headers: [...all, 'Content-Type: application/json'], body }
  return askRaw(at.relay.url, toRequest(at.relay.url, request), (text) => text.includes('event: complete'))
}

const idOf = (answer: RawAnswer | undefined) => /^id: (.*)$/m.exec(answer?.body ?? '')?.[1] ?? ''

describe('an EventSource', () => {
  const at = useRelay(() => ({ maxResponseKeys: 5 }))

  it.each([
    ['a document that is no GraphQL', '{', 'BAD_USER_INPUT'],
    ['a field that does not exist', 'subscription { changes { nothing } }', 'BAD_USER_INPUT'],
    ['an argument that is not valid', 'subscription { changes(where: "x") { json } }', 'BAD_USER_INPUT'],
    ['a token that is not valid', 'subscription { changes(startAfter: "x") { json } }', 'RESUME_TOKEN_INVALID'],
    ['a namespace that nobody may see', 'subscription { changes(db: "admin") { json } }', 'FORBIDDEN'],
  ])('is told once why %s can never be served, and does not come back again', async (_name, query, code) => {
    const first = await ask(at, query)
    expect(first?.status).toBe(200)
    expect(first?.body).toContain(`"code":"${code}"`)
    const again = await ask(at, query, [`Last-Event-ID: ${idOf(first)}`])
    expect(again).toMatchObject({ status: 204, body: '' })
  })

  it('does not come back where what it asks for is refused now', async () => {
    const query = 'subscription { changes(where: "x") { json } }'
    expect(await ask(at, query, ['Last-Event-ID: 8265'])).toMatchObject({ status: 204 })
    const tooMany = 'subscription { changes { a: json b: json c: json d: json e: json f: json } }'
    expect(await ask(at, tooMany)).toMatchObject({ status: 200, body: expect.stringContaining('LIMIT_EXCEEDED') })
    expect(await ask(at, tooMany, ['Last-Event-ID: 8265'])).toMatchObject({ status: 204 })
  })

  it('is told of a position that is not good before it is stopped', async () => {
    const query = `subscription { changes(db: "${at.db}", coll: "c") { json } }`
    const first = await ask(at, query, ['Last-Event-ID: x'])
    expect(first).toMatchObject({ status: 200, body: expect.stringContaining('RESUME_TOKEN_INVALID') })
    expect(await ask(at, query, [`Last-Event-ID: ${idOf(first)}`])).toMatchObject({ status: 204 })
  })

  it('alone is answered so: a POST is told again', async () => {
    const query = 'subscription { changes(where: "x") { json } }'
    const answer = await ask(at, query, ['Last-Event-ID: 8265'], 'POST')
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('BAD_USER_INPUT') })
  })

  it('has the position of an error that passes', () => {
    const ended = (code: string) => endId({ errors: [{ message: 'x', extensions: { code, resumeToken: '8265' } }] })
    expect(ended('SHUTTING_DOWN')).toBe('8265')
    expect(ended('UNAUTHENTICATED')).toBe('8265')
    expect(isEndMark(ended('HISTORY_LOST'))).toBe(true)
    expect(endId({ errors: [{ message: 'x', extensions: { code: 'SHUTTING_DOWN' } }] })).toBeUndefined()
  })

  it('comes back after every error that passes', () => {
    for (const code of Object.keys(ERROR_CODES)) {
      const mark = endMark({ errors: [{ message: 'x', extensions: { code } }] })
      const isOver = isForGood(code) && code !== 'UNAUTHENTICATED'
      expect([code, isEndMark(mark)]).toEqual([code, isOver])
    }
    for (const errors of [undefined, [], [{ message: 'x' }], [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]]) {
      expect(endMark({ errors })).toBeUndefined()
    }
  })
})
