import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEngine } from '../../src/engine/engine.ts'
import { openDeployment, type TestDeployment } from '../support/deployment.ts'
import { findSpecFolder, loadSpecFiles } from './unified/load-files.ts'
import { describeServer, whyNotApplicable, type ServerInfo } from './unified/requirements.ts'
import { runSpecTest } from './unified/run-test.ts'

const folder = findSpecFolder('change-streams')
const cases = loadSpecFiles(folder).flatMap((file) => file.tests.map((test) => ({ file, test })))

// a client of its own each time: one that lives on would open connections while a test is watched for leaks
async function withClient<T>(uri: string, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri)
  try {
    return await use(client)
  } finally {
    await client.close()
  }
}

describe("MongoDB's specification tests of change streams", () => {
  if (!folder) {
    it.skip('are not run: neither TAILRACE_CONFORMANCE nor ../shared/conformance has specs/change-streams')
    return
  }

  let deployment: TestDeployment
  let server: ServerInfo
  beforeAll(async () => {
    deployment = await openDeployment()
    server = await withClient(deployment.uri, describeServer)
  })
  afterAll(() => deployment.stop())

  for (const { file, test } of cases) {
    it(`${file.description}: ${test.description}`, async (context) => {
      const reason = whyNotApplicable(file, test, server)
      if (reason !== undefined) return context.skip(reason)
      await withClient(deployment.uri, (client) => runSpecTest(file, test, deployment.uri, client))
    })
  }

  it('apply to the engine, but for those of another topology and of other versions', async () => {
    const engine = await startEngine()
    const info = await withClient(engine.uri, describeServer).finally(() => engine.stop())
    const counts: Record<string, number> = {}
    for (const { file, test } of cases) {
      const reason = whyNotApplicable(file, test, info) ?? 'applies'
      counts[reason] = (counts[reason] ?? 0) + 1
    }
    expect(counts).toEqual({
      applies: 66,
      // what later servers show of created collections
      'needs a server from 8.1.0 on': 2,
      // the error of a standalone server; shardCollection events
      'needs the topology single': 1,
      'needs the topology sharded': 1,
      // comments and error labels that servers did not know yet, and an error code that they no longer know
      'needs a server up to 4.2.99': 17,
      'needs a server up to 4.3.99': 1,
      'needs a server up to 6.0.99': 1,
    })
  })
})
