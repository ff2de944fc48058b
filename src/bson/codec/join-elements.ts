/**
 * A document of elements as they are in others: type, name and value.
 *
 * @see https://bsonspec.org/spec.html
 */
export function joinElements(elements: readonly Uint8Array[]): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32LE(elements.reduce((sum, { byteLength }) => sum + byteLength, length.length + 1))
  return Buffer.concat([length, ...elements, Buffer.alloc(1)])
}
