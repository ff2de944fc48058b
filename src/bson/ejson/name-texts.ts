/** Remembers names as JSON, because the documents of a collection have the same ones again and again. */
export interface NameTexts {
  /** The name from `at` to `end`, in quotes and with the colon. */
  get(bytes: Buffer, at: number, end: number): string
}

interface Slot {
  readonly text: string
  readonly hash: number
  readonly name: Buffer
}

/** Longer names than this, in bytes, are not remembered. */
const MAX_NAME_BYTES = 64

/**
 * Remembers at most `slots` names; a name takes the place of another one with the same hash, so that hostile ones cost
 * no more than not to remember.
 *
 * @param slots a power of two. Default 2,048
 */
export function createNameTexts(slots = 2_048): NameTexts {
  const table = new Array<Slot | undefined>(slots)

  return {
    get(bytes, at, end) {
      let hash = end - at
      for (let i = at; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] ?? 0)) | 0
      const known = table[hash & (slots - 1)]
      if (known?.hash === hash && isNameAt(known.name, bytes, at, end)) return known.text
      const text = `${JSON.stringify(bytes.toString('utf8', at, end))}:`
      if (end - at <= MAX_NAME_BYTES) {
        table[hash & (slots - 1)] = { text, hash, name: Buffer.from(bytes.subarray(at, end)) }
      }
      return text
    },
  }
}

function isNameAt(name: Buffer, bytes: Buffer, at: number, end: number): boolean {
  if (name.length !== end - at) return false
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[at + i]) return false
  return true
}
