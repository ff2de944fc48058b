/** Bounds of {@link fetchJson}. */
export interface FetchLimits {
  /** For the whole answer, in milliseconds. */
  readonly timeoutMs: number
  /** Largest answer that is read, in bytes, after decompression. */
  readonly maxBytes: number
}

/**
 * Gets JSON. Follows no redirect, and keeps no connection.
 *
 * @throws Error whose message says what went wrong, without the URL
 */
export async function fetchJson(url: URL, { timeoutMs, maxBytes }: FetchLimits): Promise<unknown> {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const headers = { accept: 'application/json, application/jwk-set+json', connection: 'close' }
    const response = await fetch(url, { redirect: 'manual', headers, signal })
    const text = await readText(response, maxBytes)
    if (response.status !== 200) throw new Error(`it is answered with the status ${response.status}`)
    return parse(text)
  } catch (error) {
    if (signal.aborted) throw new Error(`there is no answer within ${timeoutMs} ms`, { cause: error })
    throw error instanceof TypeError ? new Error(`it cannot be reached (${reasonOf(error)})`, { cause: error }) : error
  }
}

async function readText({ body }: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  // leaving the loop cancels the rest
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new Error(`the answer has more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error('the answer is no JSON', { cause: error })
  }
}

// such as ECONNREFUSED; `fetch` itself says only that it failed
function reasonOf({ cause, message }: TypeError): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : message
}
