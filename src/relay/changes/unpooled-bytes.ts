/**
 * Copies of bytes that are kept for long, one after the other in memory of their own. `Buffer.from` puts small ones
 * into pools of 8 KiB beside whatever else is made at the time: each would keep a whole pool for as long as it lasts.
 */
export function toLastingBytes(all: readonly Uint8Array[]): Buffer[] {
  const slab = Buffer.allocUnsafeSlow(all.reduce((sum, { length }) => sum + length, 0))
  let end = 0
  return all.map((bytes) => {
    const start = end
    slab.set(bytes, start)
    end += bytes.length
    return slab.subarray(start, end)
  })
}

/** A text in UTF-8, kept as {@link toLastingBytes} keeps bytes. */
export function toLastingText(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  bytes.write(text)
  return bytes
}
