/**
 * A value that is JSON text already: what writes results puts the text in as it is, so that it loses nothing that
 * JavaScript's objects do not keep, such as the order of fields with integer-like names.
 */
export class JsonText {
  readonly text: string
  #bytes: Buffer | undefined

  constructor(text: string) {
    this.text = text
  }

  /** The text in UTF-8. Cost: encoded once. */
  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(this.text)
    return this.#bytes
  }

  /** The value that the text stands for, with JavaScript's order of fields. */
  toJSON(): unknown {
    return JSON.parse(this.text)
  }
}

/**
 * Writes what `JSON.stringify` writes, but each {@link JsonText} in it as its own text. Recursion is as deep as the
 * value outside of such texts.
 */
export function writeJson(value: unknown): string {
  if (value instanceof JsonText) return value.text
  if (Array.isArray(value)) return `[${value.map((item: unknown) => writeJson(item)).join(',')}]`
  if (!isPlainObject(value)) return JSON.stringify(value) ?? 'null'
  const fields = Object.entries(value).filter(([, field]) => field !== undefined && typeof field !== 'function')
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${writeJson(field)}`).join(',')}}`
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  // GraphQL's own results have none
  return prototype === null || prototype === Object.prototype
}
