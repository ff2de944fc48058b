import { startProxy } from './proxy.ts'
import type { ServerAddress } from './server-address.ts'

/** A proxy before a server that sees the change streams that are opened through it. */
export interface StreamCounter {
  readonly port: number
  /** Each in order: the images that it asks for, with commas between. */
  readonly opened: readonly string[]
  stop(): Promise<void>
}

/** Starts one on a free port. */
export async function countStreams(server: ServerAddress): Promise<StreamCounter> {
  const opened: string[] = []
  const { port, stop } = await startProxy(server, () => {
    let end = ''
    return (data) => {
      const text = end + data.toString('latin1')
      for (const stage of text.split('$changeStream\0').slice(1)) {
        opened.push((stage.slice(0, 500).match(/updateLookup|whenAvailable|required/g) ?? []).join())
      }
      // a name that comes in two pieces
      end = text.slice(-13)
    }
  })
  return { port, opened, stop }
}
