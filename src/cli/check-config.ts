import type { Config } from '../config/read-config.ts'
import { UsageError } from '../config/usage-error.ts'
import { redactUri } from '../redact.ts'

/**
 * Checks what only the driver can tell, whether it takes the URI, without connecting. Everything else was checked when the
 * configuration was read.
 *
 * @throws UsageError when it does not
 */
export async function checkConfig({ settings: { mongoUri: uri } }: Pick<Config, 'settings'>): Promise<void> {
  if (uri === undefined) return
  const { createDeployment } = await import('../changes/deployment.ts')
  try {
    await createDeployment({ uri }).close()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new UsageError(`The MongoDB URI is not valid: ${redactUri(why)}`)
  }
}
