import { toPublicError } from '../public-error.ts'

/** A resolver of a field, as `graphql` calls it. */
export type Resolve<Root, Args, Context, Info, Result> = (
  root: Root,
  args: Args,
  context: Context,
  info: Info,
) => Result

/**
 * A resolver whose errors come out as {@link toPublicError} shows them, whatever executes it.
 *
 * @param reportOf takes the errors that are masked
 */
export function guarded<Root, Args, Context, Info, Result>(
  resolve: Resolve<Root, Args, Context, Info, Result>,
  reportOf: (context: Context) => (error: unknown) => void,
): Resolve<Root, Args, Context, Info, Result> {
  return (root, args, context, info) => {
    const fail = (error: unknown): never => {
      throw toPublicError(error, reportOf(context))
    }
    try {
      const result = resolve(root, args, context, info)
      // a promise of the same
      return result instanceof Promise ? (result.catch(fail) as Result) : result
    } catch (error) {
      return fail(error)
    }
  }
}
