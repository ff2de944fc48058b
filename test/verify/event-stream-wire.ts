import { type IncomingMessage, request } from 'node:http'
import { QUERY, report, type Wire, type WireEvents, type WireRequest } from './wire.ts'

/** Subscribes over server-sent events in the distinct connections mode. */
export function openEventStream({ graphqlUrl, variables }: WireRequest, events: WireEvents): Wire {
  let over = false
  let response: IncomingMessage | undefined
  const headers = { accept: 'text/event-stream', 'content-type': 'application/json' }
  const sent = request(graphqlUrl, { method: 'POST', headers, agent: false })
  const finish = (code?: string) => {
    if (over) return
    over = true
    sent.destroy()
    events.onEnd(code)
  }
  sent.on('error', () => finish())
  sent.on('response', (arrived) => {
    response = arrived
    let text = ''
    arrived.setEncoding('utf8')
    arrived.on('error', () => finish())
    arrived.on('close', () => finish())
    arrived.on('data', (piece: string) => {
      text += piece
      const frames = text.split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) if (!over) take(frame)
    })
  })
  sent.end(JSON.stringify({ query: QUERY, variables }))

  function take(frame: string): void {
    const lines = frame.split('\n')
    if (lines.includes('event: complete')) return finish()
    const data = lines.find((line) => line.startsWith('data: '))?.slice('data: '.length)
    if (data) report(JSON.parse(data) as Parameters<typeof report>[0], { ...events, onEnd: finish })
  }

  return {
    setReading: (isReading) => void (isReading ? response?.resume() : response?.pause()),
    close() {
      over = true
      sent.destroy()
    },
  }
}
