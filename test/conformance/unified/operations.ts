import type { ChangeStream, ChangeStreamOptions, Document } from 'mongodb'
import type { Entities, EntityKinds } from './entities.ts'

/** Runs one operation on an entity of one kind; gives its result. */
type Run<Kind extends keyof EntityKinds> = (it: EntityKinds[Kind], args: Document, test: TestContext) => unknown

/** What operations may use beside their entity. */
export interface TestContext {
  readonly entities: Entities
  /** Has something undone when the test is over, whether it passed or not. */
  onEnd(undo: () => Promise<unknown>): void
}

const COLLECTION: Readonly<Record<string, Run<'collection'>>> = {
  insertOne: (it, { document, ...options }) => it.insertOne(document, options),
  updateOne: (it, { filter, update, ...options }) => it.updateOne(filter, update, options),
  replaceOne: (it, { filter, replacement, ...options }) => it.replaceOne(filter, replacement, options),
  deleteOne: (it, { filter, ...options }) => it.deleteOne(filter, options),
  createIndex: (it, { keys, ...options }) => it.createIndex(keys, options),
  dropIndex: (it, { name, ...options }) => it.dropIndex(name, options),
  rename: (it, { to, ...options }) => it.rename(to, options),
  createChangeStream: (it, args) => openChangeStream(it, args),
}

const DATABASE: Readonly<Record<string, Run<'database'>>> = {
  createCollection: (it, { collection, ...options }) => it.createCollection(collection, options),
  dropCollection: (it, { collection, ...options }) => it.dropCollection(collection, options),
  runCommand: (it, { command, commandName: _, ...options }) => it.command(command, options),
  createChangeStream: (it, args) => openChangeStream(it, args),
}

const CLIENT: Readonly<Record<string, Run<'client'>>> = {
  createChangeStream: ({ client }, args) => openChangeStream(client, args),
}

const CHANGE_STREAM: Readonly<Record<string, Run<'changeStream'>>> = {
  iterateUntilDocumentOrError: (it) => it.next(),
  close: (it) => it.close(),
}

const TEST_RUNNER: Readonly<Record<string, (args: Document, test: TestContext) => unknown>> = {
  async failPoint({ client, failPoint }, { entities, onEnd }) {
    const admin = entities.get(client, 'client').client.db('admin')
    await admin.command(failPoint)
    onEnd(() => admin.command({ configureFailPoint: failPoint.configureFailPoint, mode: 'off' }))
  },
}

/**
 * The operation of this name on this object, ready to run.
 * @throws Error for one that the runner does not know
 */
export function findOperation(object: string, name: string, test: TestContext): (args: Document) => unknown {
  const unknown = () => new Error(`The operation ${name} of ${object} is not supported by this runner`)
  if (object === 'testRunner') {
    const run = TEST_RUNNER[name]
    if (!run) throw unknown()
    return (args) => run(args, test)
  }
  const entity = test.entities.any(object)
  function bind<Kind extends keyof EntityKinds>(run: Run<Kind> | undefined, it: EntityKinds[Kind]) {
    if (!run) throw unknown()
    return (args: Document) => run(it, args, test)
  }
  switch (entity.kind) {
    case 'collection':
      return bind(COLLECTION[name], entity.it)
    case 'database':
      return bind(DATABASE[name], entity.it)
    case 'client':
      return bind(CLIENT[name], entity.it)
    case 'changeStream':
      return bind(CHANGE_STREAM[name], entity.it)
    case 'session':
    case 'value':
      throw unknown()
  }
}

/** Opens a change stream on the server, which the driver would do at its first reading only. */
async function openChangeStream(
  watched: { watch(pipeline: Document[], options: ChangeStreamOptions): ChangeStream },
  { pipeline, ...options }: Document,
): Promise<ChangeStream> {
  const stream = watched.watch(pipeline, options)
  try {
    // the driver keeps this method for runners of these tests, outside of its public types
    await (stream as unknown as { readonly cursor: { cursorInit(): Promise<void> } }).cursor.cursorInit()
    return stream
  } catch (error) {
    await stream.close()
    throw error
  }
}
