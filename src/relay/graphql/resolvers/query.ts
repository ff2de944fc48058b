import { toScope } from '../../changes/scope.ts'
import { readChangesPage } from '../changes-page.ts'
import { selectsExpandedFieldsOfPage } from '../expanded-fields.ts'
import type { Namespace, QueryResolvers, RelayResolvers } from '../schema/schema.generated.ts'

/** Resolves queries. */
export const queryResolvers: QueryResolvers = {
  namespaces: async (_root, { db }, { services, principal }) => {
    const listed = await services.listNamespaces(toScope(db, undefined).db)
    const seen = new Set(listed.filter((namespace) => services.policy.canSee(principal, namespace)))
    const dbs = new Set([...seen].map((namespace) => namespace.db))
    // a database is there for those who see anything in it
    return listed.filter((one) => seen.has(one) || (one.coll === undefined && dbs.has(one.db))).map(toNamespace)
  },
  async changesPage(_root, args, context, info) {
    const showExpandedEvents = args.showExpandedEvents ?? selectsExpandedFieldsOfPage(info)
    return readChangesPage({ ...args, showExpandedEvents }, context, info)
  },
  relay: (_root, _args, { services, principal }) => ({
    version: services.version,
    embedded: services.sandbox !== undefined,
    engineUri: services.sandbox?.uri ?? null,
    defaultNamespace: services.policy.canWatch(principal, services.defaultNamespace)
      ? toNamespace(services.defaultNamespace)
      : null,
    // resolved below, so that only those who ask wait for it
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
