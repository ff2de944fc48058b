import { toScope } from '../../changes/scope.ts'
import type { Namespace, QueryResolvers, RelayResolvers } from '../schema.generated.ts'

/** Resolves queries. */
export const queryResolvers: QueryResolvers = {
  namespaces: async (_root, { db }, { services }) => {
    const listed = await services.listNamespaces(toScope(db, undefined).db)
    return listed.map(toNamespace)
  },
  relay: (_root, _args, { services }) => ({
    version: services.version,
    embedded: services.sandbox !== undefined,
    defaultNamespace: toNamespace(services.defaultNamespace),
    // resolved below, so that nobody waits for it who does not ask
    serverVersion: null,
  }),
}

/** Resolves the description of the relay. */
export const relayResolvers: RelayResolvers = {
  serverVersion: async (_relay, _args, { services }) => (await services.serverVersion()) ?? null,
}

function toNamespace({ db, coll }: { readonly db: string; readonly coll?: string }): Namespace {
  return { db, coll: coll ?? null }
}
