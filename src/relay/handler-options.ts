import { badUserInput } from '../errors.ts'
import type { Trace } from '../util/trace.ts'
import type { PrincipalOf } from './auth/given-principal.ts'
import { type GivenDeployment, requireDeployment } from './given-deployment.ts'
import { type RelayOptions, type SettledOptions, settleOptions } from './options.ts'
import type { GraphiqlPage } from './transport/http/graphiql.ts'
import type { PageFiles } from './transport/http/page-files.ts'

/** The options that a server of its own has, and a handler in somebody else's has not. */
const OF_SERVERS = [
  'host',
  'port',
  'pageRoot',
  'metricsPort',
  'metricsHost',
  'metricsToken',
  'drainDelayMs',
  'readyTimeoutMs',
  'headersTimeoutMs',
  'requestTimeoutMs',
  'keepAliveTimeoutMs',
  'enginePort',
  'enginePortIsPreference',
  'backbone',
  'backboneName',
  'backboneCredentials',
  'backboneReplicas',
  'backboneMaxBytes',
  'backboneMaxAgeMs',
  'backboneMirror',
  'ingest',
] as const satisfies readonly (keyof RelayOptions)[]

/** The pages for browsers. */
export interface Pages {
  /** The live page's files by their paths, such as `/index.html`. */
  readonly page?: PageFiles
  readonly graphiql?: GraphiqlPage
}

/** How to run a relay without a server. Everything but where MongoDB is has a default. */
export interface HandlerOptions<R = Request>
  extends Omit<RelayOptions, (typeof OF_SERVERS)[number]>, Pick<GivenDeployment, 'client'> {
  /**
   * Tells who sends a request, in place of `auth`: from the session of the server that the handler is mounted in. Pages
   * of other origins are refused unless `allowedOrigins` lists them, as browsers add cookies to what any page sends.
   */
  readonly principal?: PrincipalOf<R> | undefined
  /** The path that the handler is mounted under, such as `/changes`. Default: none. */
  readonly basePath?: string | undefined
  /** The live page and GraphiQL, as `tailrace/pages` has them. Default: neither is served. */
  readonly pages?: Pages | undefined
  /** Makes spans of what is asked and delivered. Default: none. */
  readonly trace?: Trace | undefined
}

/** A handler's options, checked as far as that can be done at once. */
export interface SettledHandlerOptions<R> extends Pick<HandlerOptions<R>, 'client' | 'principal' | 'trace'> {
  readonly relay: SettledOptions
  readonly basePath: string
  readonly pages: Pages
}

/** @throws RelayError `BAD_USER_INPUT` that names the option */
export function settleHandlerOptions<R>(given: HandlerOptions<R>): SettledHandlerOptions<R> {
  const { client, principal, basePath = '', pages = {}, trace, ...relay } = given
  const odd = OF_SERVERS.find((name) => name in relay)
  if (odd !== undefined) throw badUserInput(`\`${odd}\` is an option of a relay with a server; a handler has none`)
  requireDeployment('a handler', given)
  if (principal && relay.auth) throw badUserInput('Give either `principal` or `auth`, not both')
  if (basePath !== '' && !/^\/.*[^/]$/.test(basePath)) {
    throw badUserInput(`\`basePath\` begins with a slash and ends with none, such as /changes; ${basePath} came`)
  }
  // it listens nowhere; whoever mounts it does
  return { client, principal, basePath, pages, trace, relay: { ...settleOptions(relay), host: '' } }
}
