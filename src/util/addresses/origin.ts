/**
 * The origin that a text names, as browsers write it in `Origin`. A slash may follow it.
 *
 * @throws TypeError for anything else: `localhost:3000`, for one, is a URL whose origin is `null`, which is also what
 *   every
 * sandboxed page calls itself
 */
export function toOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isOrigin =
    url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/` && !text.includes('*')
  if (!isOrigin) throw new TypeError(`Not an origin such as https://app.example.com: ${JSON.stringify(text)}`)
  return url.origin
}
