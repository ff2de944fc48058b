import { describe, expect, it } from 'vitest'
import { useEngine } from '../../support/engine.ts'
import { runSpecTest } from './run-test.ts'
import type { Operation, SpecFile, SpecTest } from './spec-file.ts'

const fixture = useEngine()

const FILE: Omit<SpecFile, 'tests'> = {
  description: 'a file',
  schemaVersion: '1.0',
  initialData: [{ databaseName: 'db', collectionName: 'things', documents: [{ _id: 1, n: 1 }] }],
  createEntities: [
    { client: { id: 'client', observeEvents: ['commandStartedEvent', 'commandFailedEvent'] } },
    { database: { id: 'database', client: 'client', databaseName: 'db' } },
    { collection: { id: 'things', database: 'database', collectionName: 'things' } },
  ],
}
const INSERT: Operation = { name: 'insertOne', object: 'things', arguments: { document: { _id: 2 } } }
const DUPLICATE: Operation = { name: 'insertOne', object: 'things', arguments: { document: { _id: 1 } } }
const STREAM: Operation = {
  name: 'createChangeStream',
  object: 'things',
  arguments: { pipeline: [] },
  saveResultAsEntity: 'stream',
}
const NEXT: Operation = { name: 'iterateUntilDocumentOrError', object: 'stream' }
const STARTED = { commandStartedEvent: { commandName: 'insert', command: { insert: 'things' } } }

function run(test: Partial<SpecTest>): Promise<void> {
  const whole = { description: 'a test', operations: [], ...test }
  return runSpecTest({ ...FILE, tests: [whole] }, whole, fixture.engine.uri, fixture.client)
}

describe('the runner of specification tests', () => {
  it('passes what is as expected', async () => {
    await run({
      operations: [
        STREAM,
        { ...INSERT, expectResult: { insertedId: 2 } },
        { ...NEXT, expectResult: { operationType: 'insert', documentKey: { _id: 2 } } },
        { ...DUPLICATE, expectError: { isClientError: false, errorCode: 11000, errorContains: 'DUPLICATE' } },
      ],
      expectEvents: [{ client: 'client', ignoreExtraEvents: true, events: [{ commandStartedEvent: {} }, STARTED] }],
      outcome: [{ databaseName: 'db', collectionName: 'things', documents: [{ _id: 1, n: 1 }, { _id: 2 }] }],
    })
  })

  it.for<[what: string, test: Partial<SpecTest>, message: string]>([
    ['another result', { operations: [{ ...INSERT, expectResult: { insertedId: 3 } }] }, 'insertedId'],
    [
      'another change event',
      { operations: [STREAM, INSERT, { ...NEXT, expectResult: { operationType: 'update' } }] },
      'Operation 3, iterateUntilDocumentOrError',
    ],
    ['an error', { operations: [DUPLICATE] }, 'E11000'],
    ['no error', { operations: [{ ...INSERT, expectError: { isError: true } }] }, 'got none'],
    ['another error', { operations: [{ ...DUPLICATE, expectError: { errorCode: 7 } }] }, 'Expected code 7'],
    [
      'missing error labels',
      { operations: [{ ...DUPLICATE, expectError: { errorLabelsContain: ['X'] } }] },
      'Expected the label X',
    ],
    [
      'further events',
      {
        operations: [INSERT, { ...INSERT, arguments: { document: { _id: 3 } } }],
        expectEvents: [{ client: 'client', events: [STARTED] }],
      },
      'Expected 1 events',
    ],
    [
      'missing events',
      { operations: [], expectEvents: [{ client: 'client', ignoreExtraEvents: true, events: [STARTED] }] },
      'got 0',
    ],
    [
      'another event',
      {
        operations: [INSERT],
        expectEvents: [{ client: 'client', events: [{ commandStartedEvent: { command: { insert: 'x' } } }] }],
      },
      'Event 1 of commandStartedEvent insert',
    ],
    [
      'other documents left behind',
      { operations: [INSERT], outcome: [{ databaseName: 'db', collectionName: 'things', documents: [{ _id: 1 }] }] },
      'documents',
    ],
    ['an operation that it does not know', { operations: [{ ...INSERT, name: 'dance' }] }, 'dance of things'],
    ['an expectation that it does not know', { operations: [{ ...DUPLICATE, expectError: { x: 1 } as object }] }, 'x'],
  ])('fails on %s', async ([, test, message]) => {
    await expect(run(test)).rejects.toThrow(message)
  })

  it('leaves no fail point and no cursor behind when a test fails', async () => {
    const failPoint: Operation = {
      name: 'failPoint',
      object: 'testRunner',
      arguments: {
        client: 'client',
        failPoint: {
          configureFailPoint: 'failCommand',
          mode: 'alwaysOn',
          data: { failCommands: ['insert'], errorCode: 7 },
        },
      },
    }
    await expect(run({ operations: [STREAM, failPoint, INSERT] })).rejects.toThrow('failpoint')
    await fixture.client.db('db').collection('things').insertOne({})
    expect(fixture.engine.stats().cursors).toBe(0)
  })
})
