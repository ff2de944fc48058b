import {
  buildSchema,
  type GraphQLFieldResolver,
  GraphQLObjectType,
  GraphQLScalarType,
  type GraphQLSchema,
} from 'graphql'
import type { GraphQLContext } from '../context.ts'
import { changeResolvers } from '../resolvers/change.ts'
import { guarded } from '../resolvers/guarded.ts'
import { mutationResolvers } from '../resolvers/mutation.ts'
import { queryResolvers, relayResolvers } from '../resolvers/query.ts'
import { subscriptionResolvers } from '../resolvers/subscription.ts'
import { scalars } from './scalars.ts'
import { CHANGES_SDL, RELAY_SDL, SANDBOX_SDL } from './sdl.generated.ts'
import type { Resolvers } from './schema.generated.ts'

const resolvers: Omit<Resolvers, keyof typeof scalars> = {
  Change: changeResolvers,
  Mutation: mutationResolvers,
  Query: queryResolvers,
  Relay: relayResolvers,
  Subscription: subscriptionResolvers,
}

/**
 * The executable schema, from the package's SDL. Has mutations only with a sandbox.
 *
 * Resolvers' errors come out as {@link guarded} shows them, whatever transport executes.
 */
export function createSchema(options: { readonly sandbox: boolean }): GraphQLSchema {
  const parts = [CHANGES_SDL, RELAY_SDL, ...(options.sandbox ? [SANDBOX_SDL] : [])]
  const schema = buildSchema(parts.join('\n'))
  for (const [name, scalar] of Object.entries(scalars)) implementScalar(schema.getType(name), scalar)
  for (const [name, fields] of Object.entries(resolvers)) {
    const type = schema.getType(name)
    if (type instanceof GraphQLObjectType) implementFields(type, fields)
  }
  return schema
}

function implementScalar(type: unknown, { parseLiteral }: GraphQLScalarType): void {
  if (type instanceof GraphQLScalarType) type.parseLiteral = parseLiteral
}

// what the generated types promise field by field is put in place by name
type AnyResolver = GraphQLFieldResolver<unknown, GraphQLContext>
type AnyField = AnyResolver | { readonly subscribe: AnyResolver; readonly resolve: AnyResolver }

const reportOf = ({ services }: GraphQLContext) => services.reportError

function implementFields(type: GraphQLObjectType, fields: object): void {
  const known = type.getFields()
  for (const [name, resolver] of Object.entries(fields) as [string, AnyField][]) {
    const field = known[name]
    if (!field) throw new Error(`The schema has no field ${type.name}.${name}`)
    if (typeof resolver === 'function') field.resolve = guarded(resolver, reportOf)
    else
      Object.assign(field, {
        subscribe: guarded(resolver.subscribe, reportOf),
        resolve: guarded(resolver.resolve, reportOf),
      })
  }
}
