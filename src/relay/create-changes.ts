import { createPolicy } from './access/rules/policy.ts'
import { type GivenPrincipal, toPrincipal } from './auth/given-principal.ts'
import { ANONYMOUS, type Principal } from './auth/principal/principal.ts'
import { Unauthenticated } from './auth/unauthenticated.ts'
import { type ChangesOptions, settleChangesOptions, type SettledChangesOptions } from './changes-options.ts'
import { toDefaultNamespace, toRules } from './checked-options.ts'
import { RelayError } from '../errors.ts'
import type { FeedStats } from './feed/stats.ts'
import { openGiven } from './given-deployment.ts'
import { CHANGES_SDL } from './graphql/schema/sdl.generated.ts'
import type { Origin } from './changes/origin.ts'
import { createServices, type RelayServices } from './services.ts'
import { type Change, toDriverChange } from './transport/iterable/change.ts'
import { iterateChanges } from './transport/iterable/change-iterator.ts'
import { type ChangesArguments, toChangesArgs } from './transport/iterable/changes-arguments.ts'
import { openChanges } from './transport/iterable/open-changes.ts'
import { type ChangesResolvers, createOwnResolvers } from './transport/iterable/own-schema.ts'
import { guarded, SILENT } from '../util/logs/logger.ts'
import { lazily } from '../util/waiting/lazily.ts'

/** A relay's subscription for a schema, and programs, of one's own. */
export interface Changes<Context> {
  /** The subscription `changes`, and the types that it needs. */
  readonly typeDefs: string
  readonly resolvers: ChangesResolvers<Context>
  /**
   * Changes for a program: nothing happens before the first `next()`, and `return()` or the signal ends it, which
   * throws the signal's reason.
   *
   * @param principal who asks, and has limits and rules of their own; nothing: `UNAUTHENTICATED`
   * @throws RelayError (from `next()`) with a code, and with the position to continue from
   */
  subscribe(
    args: ChangesArguments,
    principal: GivenPrincipal | undefined | null,
    signal?: AbortSignal,
  ): AsyncIterableIterator<Change, undefined>
  /** What has been done since the first subscription, and what is held now; `undefined` before that. */
  stats(): FeedStats | undefined
  /** Ends subscriptions with `SHUTTING_DOWN`, and closes all that was opened. Idempotent. */
  stop(): Promise<void>
}

interface Opened {
  readonly relay: RelayServices
  readonly origin: Origin
}

/**
 * Gives the changes of a MongoDB to a schema of one's own: change streams are shared, and rules and limits hold, as in
 * a relay. Lazy, as `createHandler` is.
 *
 * @throws RelayError `BAD_USER_INPUT` that names an option which is not known or not valid
 */
export function createChanges<Context = unknown>(given: ChangesOptions<Context>): Changes<Context> {
  const options = settleChangesOptions(given)
  const { maxBufferedBytes, log = SILENT } = options.relay
  const reportError = (err: unknown) => guarded(log).error({ err }, 'Unexpected error')
  const opened = lazily(() => open(options))
  let stopping: Promise<void> | undefined

  const start = async () => {
    if (stopping) throw new RelayError('SHUTTING_DOWN', 'The relay is shutting down')
    const { services, expiry } = (await opened.get()).relay
    return { services, expiry }
  }
  // what is wrong with the options is no client's business
  const startForClients = () =>
    start().catch((cause: unknown) => {
      throw stopping ? cause : new Error('The changes cannot be served', { cause })
    })

  return {
    typeDefs: CHANGES_SDL,
    resolvers: createOwnResolvers<Context>({
      start: startForClients,
      principalOf: (context) => principalOf(options, context),
      maxBufferedBytes,
      reportError,
    }),
    subscribe(args, principal, signal) {
      const begin = async () => openChanges(toChangesArgs(args), toPrincipal(principal), await start())
      return iterateChanges({ open: begin, toValue: toDriverChange, maxBufferedBytes, signal })
    },
    stats: () => opened.peek()?.relay.services.feed.stats(),
    stop: () => (stopping ??= stopAll()),
  }

  async function stopAll(): Promise<void> {
    const all = await opened.settled()
    all?.relay.stop()
    await all?.origin.close()
  }
}

async function open<Context>({ client, mongoUri, trace, relay }: SettledChangesOptions<Context>): Promise<Opened> {
  const policy = createPolicy({ rules: await toRules(relay.rules), tokenSecret: relay.tokenSecret })
  const origin = openGiven({ client, mongoUri }, relay)
  const namespace = toDefaultNamespace(relay.namespace)
  return {
    origin,
    relay: await createServices(relay, { policy, namespace, origin, watchesDefault: false, trace }),
  }
}

async function principalOf<Context>(
  { principal, relay }: SettledChangesOptions<Context>,
  context: Context,
): Promise<Principal> {
  if (principal) return toPrincipal(await principal(context))
  if (relay.allowAnonymous === true) return ANONYMOUS
  throw new Unauthenticated('missing', 'Callers are not known: createChanges needs `principal`, or `allowAnonymous`')
}
