import { CANNOT_BE_REACHED, REFUSED } from './passing.ts'
import type { RelayError } from '../../errors.ts'

/** What is known of a failure: the text of what caused it, and the codes that Node gives such errors. */
interface Symptoms {
  readonly text: string
  readonly code: string
}

/** What to do about symptoms, the most telling first. */
const ADVICE: readonly (readonly [when: (symptoms: Symptoms) => boolean, advice: string])[] = [
  [
    ({ code }) => code === 'ERR_TLS_CERT_ALTNAME_INVALID',
    'the certificate of the server is for another host; name one of its own in `backbone`, with `tls://`',
  ],
  [
    ({ code }) => code === 'CERT_HAS_EXPIRED',
    'the certificate of the server has expired, or the clock of this machine is wrong',
  ],
  [
    ({ code }) => /SELF_SIGNED|^UNABLE_TO_|^CERT_|^INVALID_CA/.test(code),
    'the certificate of the server is not trusted; have Node trust its authority, by the path of a PEM file in the environment variable `NODE_EXTRA_CA_CERTS`',
  ],
  [
    ({ text }) => text.includes("does not support 'tls'"),
    'the server speaks no TLS; have it do so, or write `nats://` in `backbone`',
  ],
  [
    ({ text, code }) => code === 'ENOENT' || code === 'EACCES' || /parse credentials|seed|nkeys/i.test(text),
    'check the file of `backboneCredentials`',
  ],
  [
    ({ text }) => /authoriz|authentic/i.test(text),
    'check user and password, or token, in `backbone`, and `backboneCredentials`',
  ],
]

/**
 * Why the broker does not do what it is asked, for the log, and what to do about it where that shows; `undefined` for
 * another error.
 */
export function brokerFailureReason({ message, cause }: RelayError): string | undefined {
  if ((message !== CANNOT_BE_REACHED && message !== REFUSED) || !(cause instanceof Error)) return undefined
  const symptoms = { text: cause.message, code: 'code' in cause ? String(cause.code) : '' }
  const advice = ADVICE.find(([when]) => when(symptoms))?.[1]
  return advice === undefined ? symptoms.text : `${symptoms.text}: ${advice}`
}
