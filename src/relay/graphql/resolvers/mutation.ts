import { badUserInput } from '../../../errors.ts'
import type { Services } from '../context.ts'
import type { Sandbox } from '../sandbox.ts'
import type { MutationResolvers } from '../schema/schema.generated.ts'

/** Resolves the sandbox's mutations; part of the schema only when there is a sandbox. */
export const mutationResolvers: MutationResolvers = {
  insertOne: (_root, { db, coll, document }, { services, owner }) =>
    sandboxOf(services).insertOne(owner, db, coll, document),
  updateOne: (_root, { db, coll, filter, update }, { services, owner }) =>
    sandboxOf(services).updateOne(owner, db, coll, filter, update),
  deleteOne: (_root, { db, coll, filter }, { services, owner }) =>
    sandboxOf(services).deleteOne(owner, db, coll, filter),
}

function sandboxOf({ sandbox }: Services): Sandbox {
  if (sandbox) return sandbox
  throw badUserInput('The relay writes to its embedded engine only')
}
