import { describe, expect, it } from 'vitest'
import { toLastingBytes, toLastingText } from '../../../src/relay/changes/unpooled-bytes.ts'

describe('bytes that are kept', () => {
  it('are copies, which keep nothing but each other', () => {
    const given = [Buffer.from('one'), Buffer.from(''), Buffer.from('three')]
    const kept = toLastingBytes(given)
    given.forEach((bytes) => bytes.fill(0))
    expect(kept.map(String)).toEqual(['one', '', 'three'])
    for (const { buffer } of kept) expect(buffer.byteLength).toBe(8)
    expect(toLastingBytes([])).toEqual([])
  })

  it('hold a text in UTF-8', () => {
    const kept = toLastingText('é😀')
    expect([String(kept), kept.length, kept.buffer.byteLength]).toEqual(['é😀', 6, 6])
  })
})
