import type { Config } from './config-file/read-config.ts'
import { UsageError } from './usage-error.ts'
import { RelayError } from '../errors.ts'
import { redactUri } from '../util/logs/redact.ts'

/**
 * Checks what a relay checks before it starts, and whether the driver takes the URI, without connecting or listening.
 *
 * @returns what to say of it
 * @throws UsageError when anything is not valid
 */
export async function checkConfig({ settings, parts, missing }: Config): Promise<string> {
  const [{ checkOptions }, { settleOptions }, { createDeployment }] = await Promise.all([
    import('../relay/checked-options.ts'),
    import('../relay/options.ts'),
    import('../relay/mongo/deployment.ts'),
  ])
  const { logLevel: _logLevel, logFormat: _logFormat, mongoUri: uri, ...options } = settings
  try {
    await checkOptions(settleOptions({ ...options, ...parts }))
  } catch (error) {
    throw error instanceof RelayError ? new UsageError(error.message) : error
  }
  try {
    if (uri !== undefined) await createDeployment({ uri }).close()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new UsageError(`The MongoDB URI is not valid: ${redactUri(why)}`)
  }
  const without = missing.length === 0 ? '' : `, apart from what is not here: ${missing.join(', ')}`
  return `The configuration is valid${without}\n`
}
