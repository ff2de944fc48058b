import { MongoClient, type Timestamp } from 'mongodb'
import { randomBytes } from 'node:crypto'
import { type Engine, startEngine } from '../../src/engine/engine.ts'
import { openEventStream } from './event-stream-wire.ts'
import { type RigBackbone, startRigBackbone } from './rig-backbone.ts'
import { createRelay, type Relay } from '../../src/adapters/node/relay.ts'
import type { RelayOptions } from '../../src/relay/options.ts'
import { type Proxy, startProxy } from '../support/proxy.ts'
import { hasFailPoints } from '../support/fail-points.ts'
import { uriThrough, writableServer } from '../support/server-address.ts'

/** The size of the engine's oplog, in bytes: small enough to be rolled over in a moment. */
export const OPLOG_BYTES = 16 * 1024 * 1024

/** A deployment, a relay, and a proxy on each side of the relay. */
export interface Rig {
  /** The embedded engine; absent where the deployment is that of `MONGODB_URI`. */
  readonly engine?: Engine
  readonly hasFailPoints: boolean
  /** What the relay reads from in the place of the deployment; absent where it reads from that. */
  readonly backbone?: RigBackbone
  /** What is watched; dropped at the end. */
  readonly db: string
  /** Straight to the deployment. */
  readonly client: MongoClient
  /** Between the relay, or the ingesters, and the deployment. */
  readonly serverLink: Proxy
  /** Between the subscribers and the relay. */
  readonly clientLink: Proxy
  /** Where subscribers go: to the relay, through the proxy, and to that at a leaf node, if there is one. */
  readonly graphqlUrls: readonly [string, ...string[]]
  operationTime(): Promise<Timestamp>
  /** Stops each relay and starts another one in its place. */
  restartRelays(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts a rig on the deployment of `MONGODB_URI`, or on an embedded engine.
 *
 * @param hasBackbone whether the relay reads from a backbone, and has no access to the deployment
 */
export async function startRig(hasBackbone = false): Promise<Rig> {
  const given = process.env['MONGODB_URI']
  const engine = given ? undefined : await startEngine({ oplogBytes: OPLOG_BYTES })
  const uri = engine?.uri ?? given ?? ''
  const db = `tailrace_verify_${randomBytes(6).toString('hex')}`
  // finds out when the primary steps down, and waits until there is one again
  const client = new MongoClient(engine ? uri.replace('directConnection=true', 'replicaSet=rs0') : uri, {
    heartbeatFrequencyMS: 500,
  })
  const serverLink = await startProxy(await writableServer(client))
  const mongoUri = uriThrough(uri, serverLink.port)
  const backbone = hasBackbone ? await startRigBackbone(mongoUri) : undefined
  const from = backbone ? { backbone: [backbone.server.url], backboneName: backbone.name } : { mongoUri }
  const atLeaf = backbone && { ...from, backbone: [backbone.leaf.url], backboneMirror: backbone.domain }
  const start = (port: number, options: RelayOptions = from): Promise<Relay> =>
    createRelay({
      ...options,
      port,
      namespace: `${db}.c`,
      maxAwaitTimeMs: 200,
      backoff: { initialMs: 50, maxMs: 500 },
      stopGraceMs: 100,
    })
  let relay = await start(0)
  const port = Number(new URL(relay.url).port)
  const clientLink = await startProxy({ host: '127.0.0.1', port })
  if (backbone) await begin(backbone, `${clientLink.url}graphql`, db)
  let leafRelay = atLeaf && (await start(0, atLeaf))
  const leafPort = Number(leafRelay && new URL(leafRelay.url).port)

  return {
    ...(engine ? { engine } : {}),
    hasFailPoints: await hasFailPoints(client),
    ...(backbone ? { backbone } : {}),
    db,
    client,
    serverLink,
    clientLink,
    graphqlUrls: [`${clientLink.url}graphql`, ...(leafRelay ? [leafRelay.graphqlUrl] : [])],
    async operationTime() {
      const { operationTime } = await client.db('admin').command({ ping: 1 })
      return operationTime
    },
    async restartRelays() {
      await Promise.all([relay.stop(), leafRelay?.stop()])
      relay = await start(port)
      leafRelay = atLeaf && (await start(leafPort, atLeaf))
    },
    async stop() {
      serverLink.set({ kind: 'pass' })
      await Promise.all([relay.stop(), leafRelay?.stop()])
      await backbone?.stop()
      await client.db(db).dropDatabase()
      await Promise.all([clientLink.stop(), serverLink.stop(), client.close()])
      await engine?.stop()
    },
  }
}

/** Waits until there is a log, which begins when the first one subscribes: nobody has what happened before. */
async function begin(backbone: RigBackbone, graphqlUrl: string, db: string): Promise<void> {
  const wire = openEventStream(
    { graphqlUrl, variables: { db, coll: 'c' } },
    { onChange: () => undefined, onEnd: () => undefined },
  )
  await backbone.begun()
  wire.close()
}
