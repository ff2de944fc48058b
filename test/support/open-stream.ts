/** An event stream that a test reads as it comes. */
export interface OpenStream {
  readonly response: Response
  /** Reads until a text has come, and gives all since the last time up to its end; fails when it ends before. */
  until(text: string): Promise<string>
  /** Goes away without a word. */
  leave(): void
}

/** Opens an event stream as `EventSource` does, by GET. */
export async function openStream(
  graphqlUrl: string,
  query: string,
  headers: Record<string, string> = {},
): Promise<OpenStream> {
  const gone = new AbortController()
  const url = `${graphqlUrl}?query=${encodeURIComponent(query)}`
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: gone.signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let unread = ''
  return {
    response,
    leave: () => gone.abort(),
    async until(text) {
      let at = unread.indexOf(text)
      while (at < 0) {
        const { done, value } = (await reader?.read()) ?? { done: true, value: '' }
        if (done) throw new Error(`The stream ended before ${text}: ${unread.slice(-1_000)}`)
        const from = Math.max(0, unread.length - text.length)
        unread += value
        at = unread.indexOf(text, from)
      }
      const end = at + text.length
      const read = unread.slice(0, end)
      unread = unread.slice(end)
      return read
    },
  }
}
