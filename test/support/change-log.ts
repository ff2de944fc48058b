/** An answer of a log. */
export interface Read {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly events: readonly { readonly operationType: string; readonly fullDocument?: { readonly _id: unknown } }[]
  readonly next: string
}

/** Where the log of a collection is, by default that of `c`. */
export function logUrl(
  at: { readonly db: string; readonly relay: { readonly url: string } },
  params: Record<string, string> = {},
  path = `${at.db}/c`,
): URL {
  const url = new URL(`streams/${path}`, at.relay.url)
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
  return url
}

/** Asks for a part of a log. */
export async function read(url: URL, init: RequestInit = {}): Promise<Read> {
  const response = await fetch(url, init)
  const { status, headers } = response
  const text = await response.text()
  const json: unknown = text.startsWith('[') ? JSON.parse(text) : []
  return { status, headers, text, events: json as Read['events'], next: headers.get('stream-next-offset') ?? '' }
}

/** The ids of the documents in the events. */
export const idsOf = ({ events }: Read) => events.map(({ fullDocument }) => fullDocument?._id)
