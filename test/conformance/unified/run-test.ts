import { ChangeStream, type Document, type MongoClient } from 'mongodb'
import { isDocument } from './bson-types.ts'
import { matchCollectionData, setCollectionData } from './collection-data.ts'
import { Entities } from './entities.ts'
import { matchError } from './expected-error.ts'
import { matchEvents } from './expected-events.ts'
import { match } from './match.ts'
import { findOperation, type TestContext } from './operations.ts'
import type { Operation, SpecFile, SpecTest } from './spec-file.ts'

/**
 * Runs one test of a file against a deployment. Whatever the outcome, everything opened is closed and every fail point
 * set is off afterwards. Tests share their collections: run one at a time.
 * @param client an ordinary client of the deployment, for what the test does not do itself
 * @throws Error that says where the test was not met
 */
export async function runSpecTest(file: SpecFile, test: SpecTest, uri: string, client: MongoClient): Promise<void> {
  const undo: (() => Promise<unknown>)[] = []
  const entities = new Entities(uri)
  try {
    await setCollectionData(client, file.initialData ?? [])
    entities.create(file.createEntities ?? [])
    const context: TestContext = { entities, onEnd: (action) => undo.push(action) }
    for (const [i, operation] of test.operations.entries()) {
      await runOperation(operation, context).catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        throw new Error(`Operation ${i + 1}, ${operation.name}: ${message}`, { cause: error })
      })
    }
    matchEvents(test.expectEvents ?? [], entities)
    await matchCollectionData(client, test.outcome ?? [], entities)
  } finally {
    for (const action of undo) await action()
    await entities.close()
  }
}

async function runOperation(operation: Operation, context: TestContext): Promise<void> {
  const { entities } = context
  const run = findOperation(operation.object, operation.name, context)
  let result: unknown
  try {
    result = await run(resolveArguments(operation.arguments ?? {}, entities))
  } catch (error) {
    if (!operation.expectError) throw error
    matchError(operation.expectError, error)
    return
  }
  const { saveResultAsEntity } = operation
  if (saveResultAsEntity !== undefined) {
    const entity = result instanceof ChangeStream ? { kind: 'changeStream' as const, it: result } : undefined
    entities.set(saveResultAsEntity, entity ?? { kind: 'value', it: result })
  }
  if (operation.expectError) throw new Error('Expected an error, got none')
  if ('expectResult' in operation) match(operation.expectResult, result, entities)
}

/** Arguments with the session that they name in its place. */
function resolveArguments(args: Document, entities: Entities): Document {
  const { session } = args
  return typeof session === 'string' && isDocument(args) ? { ...args, session: entities.get(session, 'session') } : args
}
