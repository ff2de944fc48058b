import {
  buildSchema,
  type GraphQLFieldResolver,
  GraphQLObjectType,
  GraphQLScalarType,
  type GraphQLSchema,
} from 'graphql'
import type { GraphQLContext } from '../context.ts'
import { toPublicError } from '../public-error.ts'
import { changeResolvers } from '../resolvers/change.ts'
import { mutationResolvers } from '../resolvers/mutation.ts'
import { queryResolvers, relayResolvers } from '../resolvers/query.ts'
import { subscriptionResolvers } from '../resolvers/subscription.ts'
import { scalars } from './scalars.ts'
import { SANDBOX_SDL, SCHEMA_SDL } from './sdl.generated.ts'
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
 * Resolvers' errors come out as {@link toPublicError} shows them, whatever transport executes.
 */
export function createSchema(options: { readonly sandbox: boolean }): GraphQLSchema {
  const schema = buildSchema(options.sandbox ? `${SCHEMA_SDL}\n${SANDBOX_SDL}` : SCHEMA_SDL)
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

function implementFields(type: GraphQLObjectType, fields: object): void {
  const known = type.getFields()
  for (const [name, resolver] of Object.entries(fields) as [string, AnyField][]) {
    const field = known[name]
    if (!field) throw new Error(`The schema has no field ${type.name}.${name}`)
    if (typeof resolver === 'function') field.resolve = guarded(resolver)
    else Object.assign(field, { subscribe: guarded(resolver.subscribe), resolve: guarded(resolver.resolve) })
  }
}

function guarded(resolver: AnyResolver): AnyResolver {
  return (root, args, context, info) => {
    const fail = (error: unknown) => {
      throw toPublicError(error, context.services.reportError)
    }
    try {
      const result: unknown = resolver(root, args, context, info)
      return result instanceof Promise ? result.catch(fail) : result
    } catch (error) {
      return fail(error)
    }
  }
}
