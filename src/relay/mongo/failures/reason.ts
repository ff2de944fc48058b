import type { Document } from 'mongodb'
import { isDriverError, isSelectionError, isServerError } from './driver-errors.ts'
import { isOutsideError } from './node-errors.ts'
import type { Sightings } from './sightings.ts'

/** What can be known of a failure: its texts, and the codes of all that led to it. */
interface Symptoms {
  readonly text: string
  readonly codes: ReadonlySet<string>
  readonly file: string | undefined
  readonly host: string | undefined
}

const ACCESS_LIST = 'whether its access list (in Atlas: Network Access) has the address of this machine'

/** What to do about symptoms, the most telling first. */
const ADVICE: readonly (readonly [when: (symptoms: Symptoms) => boolean, advice: (symptoms: Symptoms) => string])[] = [
  [
    ({ text, codes }) => /querySrv|queryTxt/.test(text) && (codes.has('ENOTFOUND') || codes.has('ENODATA')),
    ({ host = 'its name' }) =>
      `DNS has no entry \`${host}\`; check the host name in the MongoDB URI, and with \`mongodb://\` no such entry is needed`,
  ],
  [({ text }) => /querySrv|queryTxt/.test(text), () => 'DNS, which `mongodb+srv://` needs, does not answer'],
  [
    ({ codes }) => codes.has('ENOTFOUND') || codes.has('EAI_AGAIN'),
    () => 'the host name cannot be resolved; check it in the MongoDB URI',
  ],
  [({ file }) => file !== undefined, ({ file }) => `the file ${file} that the MongoDB URI names cannot be read`],
  [
    ({ codes }) => some(codes, /^ERR_OSSL_/),
    () => 'a file of `tlsCAFile` or `tlsCertificateKeyFile` in the MongoDB URI holds no PEM that can be read',
  ],
  [
    ({ codes }) => codes.has('ERR_TLS_CERT_ALTNAME_INVALID'),
    () => 'the certificate of the server is for another host name; use one of its own in the MongoDB URI',
  ],
  [
    ({ codes }) => codes.has('CERT_HAS_EXPIRED'),
    () => 'the certificate of the server has expired, or the clock of this machine is wrong',
  ],
  [
    ({ codes }) => some(codes, /SELF_SIGNED|^UNABLE_TO_|^CERT_|^INVALID_CA/),
    () => 'the certificate of the server is not trusted; name its authority with `tlsCAFile` in the MongoDB URI',
  ],
  [({ text }) => /alert internal error|ALERT_INTERNAL_ERROR/.test(text), () => `check ${ACCESS_LIST}`],
  [
    ({ text, codes }) => /secure TLS connection|secureConnect/.test(text) || some(codes, /^ERR_SSL_/),
    () =>
      `the server did not answer with TLS; check whether it speaks TLS (else write \`tls=false\`), and ${ACCESS_LIST}`,
  ],
]

/**
 * Why an operation failed, for the log, and what to do about it where that shows. Of a server's error the name, because
 * its text can hold the command, and with it tokens and values; of the driver's and Node's own errors the text, which
 * names the server.
 */
export function failureReason(cause: unknown, seen?: Sightings): string | undefined {
  if (isServerError(cause)) return String(cause.codeName ?? cause.code)
  if (!isDriverError(cause) && !isOutsideError(cause)) return undefined
  const symptoms = symptomsOf(cause)
  const advice = ADVICE.find(([when]) => when(symptoms))?.[1](symptoms) ?? adviceFromAnswers(cause, symptoms, seen)
  return advice === undefined ? symptoms.text : `${symptoms.text}: ${advice}`
}

function symptomsOf(error: Error): Symptoms {
  const found = [...causesOf(error)]
  const field = (name: string) =>
    found.map((one): unknown => Reflect.get(one, name)).find((value) => typeof value === 'string')
  const isFile = field('syscall') === 'open' || field('syscall') === 'read'
  return {
    text: error.message,
    codes: new Set(found.map((one): unknown => Reflect.get(one, 'code')).filter((code) => typeof code === 'string')),
    file: isFile ? field('path') : undefined,
    host: field('hostname'),
  }
}

// the driver keeps what happened at each server apart
function* causesOf(error: unknown): Generator<Error> {
  if (!(error instanceof Error)) return
  yield error
  yield* causesOf(error.cause)
  if (isSelectionError(error)) {
    for (const server of error.reason?.servers.values() ?? []) yield* causesOf(server.error)
  }
}

function adviceFromAnswers(cause: Error, { text }: Symptoms, seen: Sightings | undefined): string | undefined {
  if (!isSelectionError(cause) || !seen) return undefined
  for (const [address, hello] of seen.answers) {
    const advice = adviceFromHello(address, hello, seen.replicaSet)
    if (advice !== undefined) return advice
  }
  if (seen.answers.size > 0 || !/ closed$/.test(text)) return undefined
  return `it hangs up before it says anything; check whether it needs TLS (\`tls=true\` in the MongoDB URI), and ${ACCESS_LIST}`
}

function adviceFromHello(address: string, hello: Document, replicaSet: string | undefined): string | undefined {
  const name: unknown = hello['setName']
  if (hello['isreplicaset'] === true && name === undefined) {
    return `${address} is in no replica set yet; run \`rs.initiate()\` there once`
  }
  if (replicaSet === undefined || name === replicaSet) return undefined
  if (typeof name === 'string')
    return `the replica set of ${address} is called \`${name}\`; write \`replicaSet=${name}\` in the MongoDB URI`
  const what = hello['msg'] === 'isdbgrid' ? 'is a mongos' : 'is in no replica set'
  return `${address} ${what}; leave \`replicaSet\` out of the MongoDB URI`
}

function some(codes: ReadonlySet<string>, pattern: RegExp): boolean {
  return [...codes].some((code) => pattern.test(code))
}
