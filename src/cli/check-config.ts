import type { Config } from './config-file/read-config.ts'
import { toRelayOptions } from './relay-options.ts'
import { UsageError } from './usage-error.ts'
import { partOfLimits } from './workers/limits.ts'
import { workerCount } from './workers/worker-count.ts'
import { RelayError } from '../errors.ts'
import { redactUri } from '../util/logs/redact.ts'

/**
 * Checks what a relay checks before it starts, and whether the driver takes the URI, without connecting or listening.
 *
 * @returns what to say of it
 * @throws UsageError when anything is not valid
 */
export async function checkConfig(config: Config): Promise<string> {
  const { settings, missing } = config
  const [{ checkOptions }, { settleOptions }, { createDeployment }] = await Promise.all([
    import('../relay/checked-options.ts'),
    import('../relay/options.ts'),
    import('../relay/mongo/deployment.ts'),
  ])
  const { mongoUri: uri } = settings
  const count = workerCount(settings)
  if (count > 1) partOfLimits(config, { index: 0, count })
  try {
    await checkOptions(settleOptions(toRelayOptions(config)))
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
