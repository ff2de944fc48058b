import { isIP } from 'node:net'
import { toHost } from '../../util/addresses/host-name.ts'
import { toOrigin } from '../../util/addresses/origin.ts'
import { type Kind, quoted, scalar } from './kinds.ts'

/** Host names such as `relay.example.com`, with or without a port. */
export const hostNames = list('name', toHost, /^[^\s/?#@*]+$/)

/** Origins such as `https://app.example.com`. */
export const origins = list('url', toOrigin, /^https?:\/\/[^/]+\/?$/)

/** NATS servers, such as `nats://10.0.0.1:4222`. Messages do not repeat them: they may hold a password. */
export const brokers = list('url', toBroker, /^(?:nats|tls):\/\/./)

/** Addresses and subnets, such as `10.0.0.0/8`. */
export const subnets = list('subnet', toSubnet, /^[0-9a-fA-F:.]+(?:\/\d{1,3})?$/)

// of texts, each of which is read by a function that throws what is wrong with it
function list(placeholder: string, read: (text: string) => string, pattern: RegExp): Kind<readonly string[]> {
  return {
    type: 'readonly string[]',
    placeholder,
    isList: true,
    read(value) {
      const texts = (Array.isArray(value) ? value : [value]).flatMap((one: unknown) => scalar(one).split(','))
      return texts
        .map((text) => text.trim())
        .filter((text) => text !== '')
        .map(read)
    },
    show: (value) => value.join(','),
    schema: (z) => z.array(z.string().regex(pattern)),
  }
}

function toBroker(text: string): string {
  if (/^(?:nats|tls):\/\/[^\s/]+$/.test(text) && URL.canParse(text)) return text
  throw new TypeError('The URL of a NATS server must be such as nats://host:4222 or tls://host:4222')
}

function toSubnet(text: string): string {
  if (isSubnet(text)) return text
  throw new TypeError(`Neither an address nor a subnet such as 10.0.0.0/8: ${quoted(text)}`)
}

function isSubnet(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const largest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return largest > 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= largest))
}
