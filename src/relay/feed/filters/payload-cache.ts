/** A cache of encoded events for subscribers that come later than the first one. */
export interface PayloadCache {
  /** Remembers an encoded event in the map that it is looked up in, until newer ones need the room. */
  put(payloads: Map<number, Buffer>, seq: number, payload: Buffer): void
}

/** A cache of at most `maxBytes` for all cohorts together. The oldest go first. */
export function createPayloadCache(maxBytes: number): PayloadCache {
  let queue: { readonly payloads: Map<number, Buffer>; readonly seq: number; readonly size: number }[] = []
  let head = 0
  let bytes = 0

  return {
    put(payloads, seq, payload) {
      if (payload.length > maxBytes) return
      payloads.set(seq, payload)
      queue.push({ payloads, seq, size: payload.length })
      bytes += payload.length
      while (bytes > maxBytes) {
        const oldest = queue[head++]
        if (oldest === undefined) return
        oldest.payloads.delete(oldest.seq)
        bytes -= oldest.size
      }
      // seldom, so that forgetting costs the same however much is remembered
      if (head > 1_024 && head > queue.length / 2) {
        queue = queue.slice(head)
        head = 0
      }
    },
  }
}
