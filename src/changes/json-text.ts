/**
 * A value that is JSON text already: what writes results puts the text in as it is. Also right, but slow, where somebody
 * passes it to `JSON.stringify`.
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

  /** The value that the text stands for. */
  toJSON(): unknown {
    return JSON.parse(this.text)
  }
}
