import { variableOf } from '../relay/options/option.ts'
import { SETTING_ROWS } from '../relay/options/table.ts'
import { CONFIG_VARIABLE } from './config-file/read-config.ts'
import type { Environment } from './config-file/secret-refs.ts'
import { nearestTypo } from '../util/nearest.ts'
import { PREFIX, suggestSetting } from './suggest-setting.ts'
import { UsageError } from './usage-error.ts'

/** What Kubernetes sets for each service, such as one with our name, by names and values of its own. */
const OF_SERVICES = { name: /_SERVICE_(?:HOST|PORT)(?:_|$)|_PORT_\d+_/, value: /^(?:tcp|udp|sctp):\/\// }

/**
 * Refuses a variable that is a mistyped one of ours. Others with our prefix are left alone: an environment has many
 * authors.
 *
 * @throws UsageError that names the right one
 */
export function checkVariables(env: Environment): void {
  const known = new Set([CONFIG_VARIABLE, ...SETTING_ROWS.map((row) => variableOf(...row))])
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || known.has(name) || !value) continue
    if (OF_SERVICES.name.test(name) || OF_SERVICES.value.test(value)) continue
    // one that is the beginning of ours may well be somebody's own
    const hint = suggestSetting(name, variableOf, nearestTypo)
    if (hint !== '') throw new UsageError(`Unknown variable ${name}${hint}`)
  }
}
