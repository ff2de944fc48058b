import type { Engine } from './engine/engine.ts'
import type { RelayOptions } from './relay-options.ts'

/**
 * Starts the embedded engine on the port that the options ask for, or on a free one when that is a mere preference and in
 * use. Its code is loaded on demand: with a MongoDB of one's own there is no need for it.
 *
 * @throws Error with the code `EADDRINUSE` and the like when it cannot listen
 */
export async function startEmbeddedEngine(options: RelayOptions): Promise<Engine> {
  const { enginePort = 0, enginePortIsPreference = false } = options
  const { startEngine } = await import('./engine/engine.ts')
  try {
    return await startEngine({ port: enginePort })
  } catch (error) {
    const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (inUse && enginePortIsPreference) return startEngine({ port: 0 })
    throw error
  }
}
