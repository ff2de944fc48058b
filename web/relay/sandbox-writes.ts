import { PageDeleteDocument, PageInsertDocument, PageUpdateDocument } from '../operations.generated.ts'
import { type RelayApi, request } from './relay-api.ts'
import type { Collection } from '../state/sandbox-target.ts'
import type { SandboxOptions } from '../ui/sandbox.ts'

function toNothing(verb: string, { db, coll }: Collection): string {
  return `Nothing to ${verb}: ${db}.${coll} has no documents. Insert one first.`
}

/**
 * Gives the page's writes: inserts a small document, changes the first document, deletes the first document. The update
 * counts, so that each one is a change.
 *
 * @param api where the relay is.
 */
export function createSandboxWrites(api: RelayApi): Pick<SandboxOptions, 'insert' | 'update' | 'delete'> {
  let inserted = 0
  return {
    async insert(target) {
      inserted += 1
      const document = { hello: 'from the live page', number: inserted, at: { $date: new Date().toISOString() } }
      await request(api, PageInsertDocument, { ...target, document })
      return ''
    },
    async update(target) {
      const variables = { ...target, filter: {}, update: { $inc: { updates: 1 } } }
      const { updateOne } = await request(api, PageUpdateDocument, variables)
      return updateOne ? '' : toNothing('update', target)
    },
    async delete(target) {
      const { deleteOne } = await request(api, PageDeleteDocument, { ...target, filter: {} })
      return deleteOne ? '' : toNothing('delete', target)
    },
  }
}
