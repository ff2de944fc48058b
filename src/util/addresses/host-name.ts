/**
 * The host that a text names, in the form that URLs have: a name or an address, and the port where one is written.
 *
 * @throws TypeError for anything else, such as a whole URL
 */
export function toHost(text: string): string {
  const url = URL.canParse(`http://${text}`) ? new URL(`http://${text}`) : undefined
  const isHost = url !== undefined && !/[/?#@\\\s*]/.test(text) && url.href === `${url.origin}/`
  if (!isHost) throw new TypeError(`Not a host name such as relay.example.com: ${JSON.stringify(text)}`)
  return url.host
}
