import { badUserInput } from '../../errors.ts'
import { suggestion } from '../../util/nearest.ts'
import type { PlainOptions } from './options.generated.ts'
import { OPTION_ROWS, type OptionValues, type RelayOptionName } from './table.ts'

/** The values of all options of a relay that are in the table. */
export type RelayValues = Pick<OptionValues, RelayOptionName>

const ROWS = OPTION_ROWS.filter(([, { of }]) => of !== 'program')

/** What holds where nothing is said. */
export const DEFAULTS = Object.fromEntries(ROWS.map(([name, { fallback }]) => [name, fallback])) as RelayValues

/**
 * Checks options and fills in the defaults; one that is `undefined` is one that was not given. What is no option is
 * refused: mistyped, it would do nothing and say nothing, as `mongo` would start an engine.
 *
 * @param others the names of options that are not in the table, whose values are left as they are
 * @throws RelayError `BAD_USER_INPUT` that names the option, and for an unknown one the nearest
 */
export function withDefaults<T extends PlainOptions>(
  given: T,
  others: readonly string[],
): Omit<T, keyof PlainOptions> & RelayValues {
  refuseUnknown('createRelay', given, [...ROWS.map(([name]) => name), ...others])
  const present: Record<string, unknown> = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  )
  for (const [name, { kind }] of ROWS) {
    if (!(name in present)) continue
    const value: unknown = present[name]
    try {
      // a flag says 8888 in a string, a program does not
      const type = Array.isArray(value) ? 'list' : typeof value
      const wanted = kind.isList ? 'list' : kind.type
      if (type !== wanted) throw new TypeError(`Not a ${wanted}: ${type}`)
      present[name] = kind.read(value)
    } catch (error) {
      throw badUserInput(`\`${name}\`: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  // what was given is over the default of the same name
  return { ...DEFAULTS, ...present } as Omit<T, keyof PlainOptions> & RelayValues
}

/**
 * Refuses an object that has a key which is not known.
 *
 * @throws RelayError `BAD_USER_INPUT` that names the nearest
 */
export function refuseUnknown(place: string, given: object, known: readonly string[]): void {
  const odd = Object.keys(given).find((name) => !known.includes(name))
  if (odd !== undefined)
    throw badUserInput(`Unknown option ${JSON.stringify(odd)} of ${place}${suggestion(odd, known)}`)
}
