import {
  isNumber,
  toNumber,
  type BsonDocument,
  type BsonNumber,
  type BsonValue,
  type Long,
  type Timestamp,
} from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { isNullish } from '../../bson/truth.ts'
import { checkShape, checkType, requireType, type FieldType, type Shape } from './shape.ts'

/** The longest time that a command may name: about 24 days. */
const MAX_MS = 2_147_483_647

/**
 * The fields of a command, or of a document in one, read by type. Every reader gives `undefined` for a missing field
 * (or null, which the server takes for missing) and raises the server's own errors.
 */
export class Parameters {
  readonly #owner: string
  readonly #fields: BsonDocument

  /**
   * @param owner what messages call the document, such as `find`
   * @param known the fields that it may have. Default: any
   * @throws CommandError 40415 for other fields, TypeMismatch
   */
  constructor(owner: string, fields: BsonDocument, known?: Shape) {
    this.#owner = owner
    this.#fields = fields
    if (known) checkShape(owner, fields, known)
  }

  get names(): IterableIterator<string> {
    return this.#fields.keys()
  }

  has(name: string): boolean {
    return this.#fields.has(name)
  }

  /** The value as it came. */
  value(name: string): BsonValue | undefined {
    return this.#fields.get(name)
  }

  string(name: string): string | undefined {
    return this.#read<string>(name, 'string')
  }

  /** One of a few strings. */
  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.string(name)
    const known = values.find((candidate) => candidate === value)
    if (value === undefined || known !== undefined) return known
    const field = `${this.#owner}.${name}`
    throw new CommandError('BadValue', `Enumeration value '${value}' for field '${field}' is not a valid value.`)
  }

  document(name: string): BsonDocument | undefined {
    return this.#read<BsonDocument>(name, 'object')
  }

  array(name: string): readonly BsonValue[] | undefined {
    return this.#read<BsonValue[]>(name, 'array')
  }

  /** An array whose elements are of one type. */
  list(name: string, type: 'object'): readonly BsonDocument[] | undefined
  list(name: string, type: 'string'): readonly string[] | undefined
  list(name: string, type: 'long'): readonly Long[] | undefined
  list(name: string, type: FieldType): readonly BsonValue[] | undefined {
    const items = this.array(name)
    for (const [i, item] of items?.entries() ?? []) requireType(`${this.#owner}.${name}.${i}`, item, type)
    return items
  }

  boolean(name: string): boolean | undefined {
    const value = this.#read<boolean | BsonNumber>(name, 'flag')
    return isNumber(value) ? toNumber(value) !== 0 : value
  }

  /** A boolean that is false by default. */
  flag(name: string): boolean {
    return this.boolean(name) ?? false
  }

  /** A number with the value of a 32-bit integer. */
  integer(name: string): number | undefined {
    const value = this.#read<BsonNumber>(name, 'int')
    return value && toNumber(value)
  }

  /** A whole number that is not negative, such as a limit. */
  count(name: string): number | undefined {
    const value = this.#read<BsonNumber>(name, 'number')
    if (value === undefined) return undefined
    const number = Math.trunc(toNumber(value)) || 0
    if (number >= 0) return number
    throw new CommandError(51024, `BSON field '${name}' value must be >= 0, actual value '${value.toString()}'`)
  }

  /**
   * A time in milliseconds, such as `maxTimeMS`.
   * @throws CommandError BadValue beyond 32 bits, which is also what a timer takes
   */
  milliseconds(name: string): number | undefined {
    const number = this.count(name)
    if (number === undefined || number <= MAX_MS) return number
    throw new CommandError('BadValue', `${number} value for ${name} is out of range [0, ${MAX_MS}]`)
  }

  /** A 64-bit integer, such as a cursor id. */
  long(name: string): Long | undefined {
    return this.#read<Long>(name, 'long')
  }

  timestamp(name: string): Timestamp | undefined {
    return this.#read<Timestamp>(name, 'timestamp')
  }

  /** @throws CommandError 40414 naming the missing field */
  required<T>(name: string, value: T | undefined): T {
    if (value !== undefined) return value
    throw new CommandError(40414, `BSON field '${this.#owner}.${name}' is missing but a required field`)
  }

  #read<T extends BsonValue>(name: string, type: FieldType): T | undefined {
    const value = this.#fields.get(name)
    checkType(`${this.#owner}.${name}`, value, type)
    // the type was checked
    return isNullish(value) ? undefined : (value as T)
  }
}
