import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Listens, and gives the URL that a browser on this machine can open.
 *
 * @throws Error with a `code` such as `EADDRINUSE`, `EACCES` or `ENOTFOUND`
 */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  // a server on TCP has such an address
  const address = server.address() as AddressInfo
  return `http://${toUrlHost(host)}:${address.port}/`
}

function toUrlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/**
 * Stops listening, lets answers that are under way finish for `graceMs`, then cuts them off. Settles when all are gone.
 */
export async function stopListening(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  await new Promise((resolve) => server.close(resolve))
  clearTimeout(timer)
}
