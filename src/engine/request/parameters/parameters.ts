import {
  isDocument,
  isNumber,
  Long,
  toNumber,
  typeName,
  Undefined,
  type BsonDocument,
  type BsonValue,
} from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'

/** The longest time that a command may name: about 24 days. */
const MAX_MS = 2_147_483_647

/**
 * A command's fields, read by type. Every reader gives `undefined` for a missing field (or null, where the server takes
 * it for missing) and raises the server's own errors.
 */
export class Parameters {
  readonly #command: string
  readonly #fields: BsonDocument

  /** @param command what messages call the command, such as `find` */
  constructor(command: string, fields: BsonDocument) {
    this.#command = command
    this.#fields = fields
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
    const value = this.#present(name)
    if (value === undefined || typeof value === 'string') return value
    throw this.wrongType(name, "expected type 'string'")
  }

  document(name: string): BsonDocument | undefined {
    const value = this.#present(name)
    if (value === undefined || isDocument(value)) return value
    throw this.wrongType(name, "expected type 'object'")
  }

  array(name: string): readonly BsonValue[] | undefined {
    const value = this.#present(name)
    if (value === undefined || Array.isArray(value)) return value
    throw this.wrongType(name, "expected type 'array'")
  }

  /** An array whose elements are documents. */
  documents(name: string): readonly BsonDocument[] | undefined {
    return this.array(name)?.map((item, i) => {
      if (isDocument(item)) return item
      throw this.wrongType(`${name}.${i}`, "expected type 'object'", item)
    })
  }

  /** A strict boolean. */
  boolean(name: string): boolean | undefined {
    const value = this.#present(name)
    if (value === undefined || typeof value === 'boolean') return value
    // the server takes numbers for flags
    if (isNumber(value)) return toNumber(value) !== 0
    throw this.wrongType(name, "expected types '[bool, long, int, decimal, double]'")
  }

  /** A whole number that is not negative, such as a limit. */
  count(name: string): number | undefined {
    const value = this.#present(name)
    if (value === undefined) return undefined
    if (!isNumber(value)) throw this.wrongType(name, "expected types '[long, int, decimal, double]'")
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
    const value = this.#present(name)
    if (value === undefined) return undefined
    if (value instanceof Long && typeName(value) === 'long') return value
    throw this.wrongType(name, "expected type 'long'")
  }

  /** @throws CommandError 40414 naming the missing field */
  required<T>(name: string, value: T | undefined): T {
    if (value !== undefined) return value
    throw new CommandError(40414, `BSON field '${this.#command}.${name}' is missing but a required field`)
  }

  /** The error of a field of the wrong type. */
  wrongType(name: string, expected: string, value: BsonValue | undefined = this.#fields.get(name)): CommandError {
    return new CommandError(
      'TypeMismatch',
      `BSON field '${this.#command}.${name}' is the wrong type '${typeName(value ?? null)}', ${expected}`,
    )
  }

  #present(name: string): BsonValue | undefined {
    const value = this.#fields.get(name)
    return value === null || value instanceof Undefined ? undefined : value
  }
}
