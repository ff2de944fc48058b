import { describe, expect, it } from 'vitest'
import { runSession, upTo } from '../harness/session.ts'
import { httpFuzzer } from './http-fuzzer.ts'
import { wrongWith, wrongWithClose } from './oracle.ts'
import { RELAY } from './target.ts'
import { webSocketFuzzer } from './web-socket-fuzzer.ts'

// the same inputs in every run: new ones are for the long form, `npm run fuzz relay`
const SEED = 20_260_101
const INPUTS = [
  { fuzzer: webSocketFuzzer, numbers: upTo(60) },
  { fuzzer: httpFuzzer, numbers: upTo(150) },
]

describe('a relay among hostile clients', () => {
  it('answers in its own terms, stays small, and serves well-behaved subscribers as if there were no others', async () => {
    const { outcomes, witnessed, problems } = await runSession(RELAY, SEED, INPUTS)
    expect(problems).toEqual([])
    // that inputs got through the outer doors, too
    expect(outcomes.get('websocket')?.of('next')).toBeGreaterThan(0)
    expect(outcomes.get('http')?.of('status 200')).toBeGreaterThan(0)
    expect(witnessed).toBeGreaterThan(10)
  })
})

describe('what is wrong with an answer', () => {
  it.each([
    [
      'a code that clients do not know',
      '{"errors":[{"extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}',
      /INTERNAL_SERVER/,
    ],
    ['the status of a failure', 'HTTP/1.1 500 Internal Server Error\r\n\r\n', /status of a failure/],
    ['a stack', 'Error: x\n    at read (file.ts:1:1)', /a stack/],
    ['the path of a package', 'in node_modules/graphql/index.js', /a stack/],
  ])('is %s', (_name, answer, what) => {
    expect(wrongWith(answer)).toMatch(what)
  })

  it('is nothing when the client is to blame', () => {
    expect(wrongWith('{"errors":[{"extensions":{"code":"BAD_USER_INPUT"}}]}')).toBeUndefined()
    expect(wrongWith('HTTP/1.1 503 Service Unavailable\r\n\r\n')).toBeUndefined()
    expect(wrongWithClose(4400)).toBeUndefined()
    expect(wrongWithClose(undefined)).toBeUndefined()
  })

  it('is a close code that blames the relay', () => {
    expect(wrongWithClose(1011)).toBe('a socket was closed with 1011')
    expect(wrongWithClose(4500)).toBe('a socket was closed with 4500')
  })
})
