import { valueToEjsonText } from '../../bson/ejson/to-ejson-text.ts'
import { JsonText } from '../../bson/ejson/json-text.ts'
import {
  doc,
  Int32,
  isDocument,
  isNumber,
  ObjectId,
  toNumber,
  type BsonDocument,
  type BsonValue,
} from '../../bson/values.ts'
import { readEjsonDocument } from '../../relay/changes/read-ejson.ts'
import { toScope } from '../../relay/changes/scope.ts'
import type { Engine } from '../../engine/engine.ts'
import { badUserInput } from '../../errors.ts'
import { createFairSemaphore } from '../../util/waiting/fair-semaphore.ts'
import type { Sandbox } from '../../relay/graphql/sandbox.ts'

/** How many writes are done at a time. */
const WRITES_AT_A_TIME = 4

/** Writes to the embedded engine, past the driver, which does not keep every value as it is. */
export function createSandbox(engine: Pick<Engine, 'run' | 'uri'>): Sandbox {
  const semaphore = createFairSemaphore({ count: WRITES_AT_A_TIME, turnMs: Infinity, now: () => performance.now() })
  /** Runs a command when it is the owner's turn. */
  const run = async (
    owner: string,
    name: string,
    db: string,
    coll: string,
    fields: readonly (readonly [string, BsonValue])[],
  ) => {
    toScope(db, coll)
    const turn = await semaphore.acquire(owner)
    try {
      return requireDone(await engine.run(db, new Map([[name, coll], ...fields])))
    } finally {
      turn.release()
    }
  }
  return {
    uri: engine.uri,
    async insertOne(owner, db, coll, input) {
      const given = readEjsonDocument(input, '`document`')
      const document: BsonDocument = given.has('_id') ? given : new Map([['_id', new ObjectId()], ...given])
      await run(owner, 'insert', db, coll, [['documents', [document]]])
      // it is there, given or made
      return new JsonText(valueToEjsonText(document.get('_id') as BsonValue, 'RELAXED'))
    },
    async updateOne(owner, db, coll, filterInput, updateInput) {
      const q = readEjsonDocument(filterInput, '`filter`')
      const u = readEjsonDocument(updateInput, '`update`')
      const [first] = u.keys()
      if (!first?.startsWith('$'))
        throw badUserInput('`update` must be a document of operators, such as {"$set": {"a": 1}}')
      const reply = await run(owner, 'update', db, coll, [['updates', [doc({ q, u })]]])
      return countOf(reply, 'nModified') > 0
    },
    async deleteOne(owner, db, coll, input) {
      const q = readEjsonDocument(input, '`filter`')
      const reply = await run(owner, 'delete', db, coll, [['deletes', [doc({ q, limit: new Int32(1) })]]])
      return countOf(reply, 'n') > 0
    },
  }
}

function countOf(reply: BsonDocument, name: string): number {
  const value = reply.get(name)
  return isNumber(value) ? toNumber(value) : 0
}

// the engine's refusal is about what the caller wrote
function requireDone(reply: BsonDocument): BsonDocument {
  const errors = reply.get('writeErrors')
  const failed = Array.isArray(errors) ? errors[0] : countOf(reply, 'ok') === 1 ? undefined : reply
  if (failed === undefined) return reply
  const message = isDocument(failed) ? failed.get('errmsg') : undefined
  throw badUserInput(typeof message === 'string' ? message : 'The engine refuses this')
}
