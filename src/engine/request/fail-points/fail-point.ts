import { isDocument, isNumber, toNumber, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'

/** When a fail point acts: never, always, the next so many times, or always after so many times. */
export type FailPointMode =
  | { readonly kind: 'off' }
  | { readonly kind: 'alwaysOn' }
  | { readonly kind: 'times'; readonly count: number }
  | { readonly kind: 'skip'; readonly count: number }

const MAX_COUNT = 0x7fff_ffff

/**
 * Reads the `mode` of `configureFailPoint`.
 * @throws CommandError IllegalOperation, BadValue, TypeMismatch as the server, for what is no mode
 */
export function readMode(mode: BsonValue | undefined): FailPointMode {
  if (mode === undefined) {
    throw new CommandError('IllegalOperation', "When setting a failpoint, you must supply a 'mode'")
  }
  if (mode === 'off' || mode === 'alwaysOn') return { kind: mode }
  if (typeof mode === 'string') throw new CommandError('BadValue', `unknown mode: ${mode}`)
  if (!isDocument(mode)) throw new CommandError('TypeMismatch', "'mode' must be a string or JSON object")
  if (mode.has('times')) return { kind: 'times', count: readCount(mode, 'times') }
  if (mode.has('skip')) return { kind: 'skip', count: readCount(mode, 'skip') }
  throw new CommandError('BadValue', "'mode' must be one of 'off', 'alwaysOn', '{times:n}' or '{skip:n}'")
}

function readCount(mode: BsonDocument, name: 'times' | 'skip'): number {
  const value = mode.get(name) ?? null
  const count = isNumber(value) ? toNumber(value) : Number.NaN
  if (!Number.isInteger(count)) throw new CommandError('TypeMismatch', `'${name}' option to 'mode' must be an integer`)
  if (count < 0) throw new CommandError('BadValue', `'${name}' option to 'mode' must be positive`)
  if (count > MAX_COUNT) throw new CommandError('BadValue', `'${name}' option to 'mode' is too large`)
  return count
}

/**
 * One fail point: when it acts, and with which data. **Shape**: `Data` is what its kind reads from the command.
 * **Lifecycle**: off at first; each setting replaces the one before.
 */
export class FailPoint<Data> {
  #mode: FailPointMode = { kind: 'off' }
  #data: Data | undefined
  #left = 0
  #timesEntered = 0

  /** Sets mode and data. Gives how often the fail point has acted since the server started. */
  set(mode: FailPointMode, data: Data): number {
    this.#mode = mode
    this.#data = data
    this.#left = 'count' in mode ? mode.count : 0
    return this.#timesEntered
  }

  /** The data when the fail point acts now on what `applies` accepts. Only what is accepted is counted. */
  enter(applies: (data: Data) => boolean): Data | undefined {
    if (this.#mode.kind === 'off' || this.#data === undefined || !applies(this.#data)) return undefined
    if (!this.#acts(this.#mode)) return undefined
    this.#timesEntered++
    return this.#data
  }

  #acts(mode: FailPointMode): boolean {
    switch (mode.kind) {
      case 'off':
        return false
      case 'alwaysOn':
        return true
      case 'skip':
        if (this.#left === 0) return true
        this.#left--
        return false
      case 'times':
        // as on a real server, `times: 0` acts once before it notices
        if (--this.#left <= 0) this.#mode = { kind: 'off' }
        return true
    }
  }
}
