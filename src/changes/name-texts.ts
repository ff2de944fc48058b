/** A field's name as JSON. */
export interface NameText {
  /** The name in quotes, with the colon. */
  readonly text: string
  /** Equal for equal names. */
  readonly hash: number
  /** Whether JavaScript's objects would put a field of this name before others. */
  readonly isIndex: boolean
}

/** Remembers names as JSON, because the documents of a collection have the same ones again and again. */
export interface NameTexts {
  /** The name from `at` to `end`. */
  get(buffer: Buffer, at: number, end: number): NameText
}

interface Slot extends NameText {
  readonly name: Buffer
}

/** Longer names than this, in bytes, are not remembered. */
const MAX_NAME_BYTES = 64

const ZERO = 0x30
const NINE = 0x39

/**
 * Remembers at most `slots` names; a name takes the place of another one with the same hash, so that hostile ones cost no
 * more than not to remember.
 *
 * @param slots a power of two. Default 2,048
 */
export function createNameTexts(slots = 2_048): NameTexts {
  const table = new Array<Slot | undefined>(slots)

  return {
    get(buffer, at, end) {
      let hash = end - at
      for (let i = at; i < end; i++) hash = (Math.imul(hash, 31) + (buffer[i] ?? 0)) | 0
      const known = table[hash & (slots - 1)]
      if (known?.hash === hash && isNameAt(known.name, buffer, at, end)) return known
      const slot = toSlot(buffer, at, end, hash)
      if (end - at <= MAX_NAME_BYTES) table[hash & (slots - 1)] = slot
      return slot
    },
  }
}

function toSlot(buffer: Buffer, at: number, end: number, hash: number): Slot {
  const first = buffer[at] ?? 0
  return {
    text: `${JSON.stringify(buffer.toString('utf8', at, end))}:`,
    hash,
    isIndex: end > at && first >= ZERO && first <= NINE,
    name: Buffer.from(buffer.subarray(at, end)),
  }
}

function isNameAt(name: Buffer, buffer: Buffer, at: number, end: number): boolean {
  if (name.length !== end - at) return false
  for (let i = 0; i < name.length; i++) if (name[i] !== buffer[at + i]) return false
  return true
}
