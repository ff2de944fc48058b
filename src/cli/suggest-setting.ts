import { flagOf, type Option, variableOf } from '../relay/options/option.ts'
import { SETTING_ROWS, type SettingName } from '../relay/options/table.ts'
import { nearest } from '../util/nearest.ts'

/** What the names of most variables begin with. */
export const PREFIX = 'TAILRACE_'

/** A name as it is compared: what a flag, a variable and a key have in common. */
function toPlain(name: string): string {
  return (name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name).replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase()
}

/**
 * `; did you mean …?` for the mistyped name of a setting, or for one in the form of another place, such as a key of the
 * file among the flags. Empty when no setting has such a name.
 *
 * @param toName the setting's name in the place where the name was found
 * @param find what a name is like among others
 */
export function suggestSetting(
  name: string,
  toName: (key: SettingName, setting: Option<unknown>) => string,
  find: (name: string, known: Iterable<string>) => string | undefined = nearest,
): string {
  const known = new Map(
    SETTING_ROWS.flatMap(([key, setting]) =>
      [key, flagOf(key, setting), variableOf(key, setting)].map((form) => [toPlain(form), [key, setting]] as const),
    ),
  )
  const row = known.get(toPlain(name)) ?? known.get(find(toPlain(name), known.keys()) ?? '')
  return row ? `; did you mean ${toName(...row)}?` : ''
}
