import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { createLink, type Port } from '../../../src/cli/workers/link.ts'

/** Two ends of a channel that carries JSON, as that of a child process does. */
function connectedPorts(): [Port, Port] {
  const ends = [new EventEmitter(), new EventEmitter()] as const
  const portOf = (own: EventEmitter, other: EventEmitter): Port => ({
    send: (message) => setImmediate(() => other.emit('message', JSON.parse(JSON.stringify(message)))),
    on: (event, listener) => own.on(event, listener),
  })
  return [portOf(ends[0], ends[1]), portOf(ends[1], ends[0])]
}

describe('a link', () => {
  it('asks in both directions, and gives each question its own answer', async () => {
    const [one, other] = connectedPorts()
    let release: (name: string) => void = () => undefined
    const here = createLink(one, { double: (n: number) => n * 2 })
    const there = createLink(other, {
      slow: () => new Promise((resolve) => (release = resolve)),
      echo: (text: string) => text,
    })
    const slow = here.ask('slow')
    expect(await here.ask('echo', 'quick')).toBe('quick')
    expect(await there.ask('double', 21)).toBe(42)
    release('at last')
    expect(await slow).toBe('at last')
  })

  it('passes on what the other end throws, and has nothing for what it does not know', async () => {
    const [one, other] = connectedPorts()
    createLink(other, {
      fail() {
        throw new TypeError('Not today')
      },
    })
    const here = createLink(one, {})
    await expect(here.ask('fail')).rejects.toThrow('Not today')
    expect(await here.ask('nothing')).toBeUndefined()
  })

  it('fails what is asked of an end that is gone, or takes too long', async () => {
    const [one, other] = connectedPorts()
    createLink(other, { never: () => new Promise(() => undefined) })
    const here = createLink(one, {})
    await expect(here.ask('never', undefined, 10)).rejects.toThrow('No answer within 10 ms')
    const waiting = here.ask('never')
    here.close(new Error('Killed by SIGKILL'))
    await expect(waiting).rejects.toThrow('Killed by SIGKILL')
    await expect(here.ask('never')).rejects.toThrow('Killed by SIGKILL')
  })

  it('leaves messages of others alone', async () => {
    const [one, other] = connectedPorts()
    const here = createLink(one, {})
    createLink(other, { echo: (text: string) => text })
    for (const message of [null, 'text', { type: 'prom-client:getMetricsReq' }])
      other.send(message as object, () => undefined)
    expect(await here.ask('echo', 'still')).toBe('still')
  })
})
