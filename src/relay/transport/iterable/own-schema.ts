import type { GraphQLResolveInfo, ValueNode } from 'graphql'
import { JsonText } from '../../../bson/ejson/json-text.ts'
import { LazyDocument } from '../../../bson/codec/lazy-document.ts'
import type { Principal } from '../../auth/principal/principal.ts'
import type { ChangesArgs } from '../../graphql/changes-request.ts'
import { selectsExpandedFields } from '../../graphql/expanded-fields.ts'
import { changeResolvers } from '../../graphql/resolvers/change.ts'
import { guarded, type Resolve } from '../../graphql/resolvers/guarded.ts'
import { type ChangeModel, toChangeModel } from '../../graphql/schema/change-model.ts'
import { scalars } from '../../graphql/schema/scalars.ts'
import { iterateChanges, type SeenEvent } from './change-iterator.ts'
import { type ChangesOf, openChanges } from './open-changes.ts'

/** What the resolvers are given. */
export interface OwnSchemaOptions<Context> {
  /** Starts what serves, with the first operation. */
  readonly start: () => Promise<ChangesOf>
  /** Tells who asks. */
  readonly principalOf: (context: Context) => Promise<Principal>
  readonly maxBufferedBytes: number
  /** Takes errors that are masked. */
  readonly reportError: (error: unknown) => void
}

/** A scalar as it is put into a schema, whatever copy of `graphql` has made that. */
type ScalarFunctions = {
  serialize(value: unknown): unknown
  parseValue(value: unknown): unknown
  parseLiteral(node: ValueNode, variables?: Readonly<Record<string, unknown>> | null): unknown
}

/** One event, or what ends the subscription. */
type Result = { readonly model: ChangeModel } | { readonly error: unknown }

/** None of these asks for more than its model. */
const changeFields = Object.entries(changeResolvers as Readonly<Record<string, (model: ChangeModel) => unknown>>)

/** The resolvers of the types in `CHANGES_SDL`, for a schema that has more. */
export type ChangesResolvers<Context> = {
  readonly Subscription: {
    readonly changes: {
      subscribe(
        root: unknown,
        args: ChangesArgs,
        context: Context,
        info: GraphQLResolveInfo,
      ): Promise<AsyncIterableIterator<Result, undefined>>
      resolve(result: Result, args: unknown, context: unknown, info: unknown): unknown
    }
  }
  readonly Change: Readonly<Record<string, Resolve<ChangeModel, unknown, unknown, unknown, unknown>>>
  readonly EJSON: ScalarFunctions
  readonly Timestamp: ScalarFunctions
  readonly ResumeToken: ScalarFunctions
}

/**
 * Makes resolvers that ask nothing of their context but who it is, and nothing of the executor: results of `changes`
 * are resolved for each subscriber.
 *
 * What ends a subscription is its last result, with `errors`, because stock executors and transports know no other way
 * to tell a client: an error of the iterator closes the WebSocket with all that is on it, and cuts off an event stream.
 */
export function createOwnResolvers<Context>(options: OwnSchemaOptions<Context>): ChangesResolvers<Context> {
  const { start, principalOf, maxBufferedBytes, reportError } = options
  const report = () => reportError

  return {
    Subscription: {
      changes: {
        subscribe: guarded(async (_root, args, context, info) => {
          const principal = await principalOf(context)
          const of = await start()
          const showExpandedEvents = args.showExpandedEvents ?? selectsExpandedFields(info)
          const begin = openChanges({ ...args, showExpandedEvents }, principal, of)
          const { format } = args
          const toValue = ({ bytes, resumeToken }: SeenEvent): Result => ({
            model: toChangeModel({ resumeToken, event: new LazyDocument(bytes), raw: bytes }, format),
          })
          return endingWithResult(iterateChanges({ open: () => begin, toValue, maxBufferedBytes }))
        }, report),
        resolve: guarded((result) => {
          if ('error' in result) throw result.error
          return result.model
        }, report),
      },
    },
    Change: Object.fromEntries(changeFields.map(([name, resolve]) => [name, guarded(resolve, report)])),
    EJSON: toFunctions(scalars.EJSON),
    Timestamp: toFunctions(scalars.Timestamp),
    ResumeToken: toFunctions(scalars.ResumeToken),
  }
}

function endingWithResult(changes: AsyncIterableIterator<Result, undefined>): AsyncIterableIterator<Result, undefined> {
  return {
    ...changes,
    next: () => changes.next().catch((error: unknown) => ({ done: false, value: { error } })),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

function toFunctions({ parseValue, parseLiteral }: (typeof scalars)[keyof typeof scalars]): ScalarFunctions {
  // executors and transports of others write results with `JSON.stringify`, and some copy them before
  const serialize = (value: unknown) => (value instanceof JsonText ? value.toJSON() : value)
  return { serialize, parseValue, parseLiteral }
}
