import type { Client } from 'graphql-ws/client'

/**
 * Notices a network that died silently: calls `onSilence` when the answer to a ping takes too long.
 *
 * @returns has it wait no more for the answer that is due
 */
export function watchPongs(client: Pick<Client, 'on'>, pongTimeoutMs: number, onSilence: () => void): () => void {
  let deadline: ReturnType<typeof setTimeout> | undefined
  const stop = () => clearTimeout(deadline)
  client.on('ping', (received) => {
    if (received) return
    stop()
    deadline = setTimeout(onSilence, pongTimeoutMs)
  })
  client.on('pong', (received) => {
    if (received) stop()
  })
  client.on('closed', stop)
  return stop
}
