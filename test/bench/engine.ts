import type { Collection, Document } from 'mongodb'
import { startMeasuredEngine, type Cost, type MeasuredEngine } from './measured-engine.ts'
import { medianCosts, printTable } from './report.ts'

const SIZES = [1_000, 10_000, 100_000]
const ROUNDS = 3
const OPERATIONS = 2_000
const BATCH = 1_000
const EVENTS = 20_000
const PAD = 'x'.repeat(200)

type Numbered = Document & { _id: number }

/**
 * What the embedded engine does per second, and what that costs its process, through the stock driver on one connection
 * after the other: with collections of 1,000 to 100,000 documents, and with an oplog that holds nothing or much.
 */
export async function benchEngine(): Promise<void> {
  const rounds: Map<string, Cost>[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const costs = new Map<string, Cost>()
    // every other round the other way round, so that a warming or busy machine favours nobody
    const sizes = round % 2 ? SIZES.toReversed() : SIZES
    for (const size of sizes) await inFreshEngine((engine) => operations(engine, size, costs))
    for (const size of sizes) await inFreshEngine((engine) => events(engine, size, costs))
    rounds.push(costs)
    console.error(`round ${round + 1} of ${ROUNDS} done`)
  }
  printTable('engine', medianCosts(rounds))
}

async function inFreshEngine(run: (engine: MeasuredEngine) => Promise<void>): Promise<void> {
  const engine = await startMeasuredEngine()
  try {
    await run(engine)
  } finally {
    await engine.stop()
  }
}

async function operations(engine: MeasuredEngine, size: number, costs: Map<string, Cost>): Promise<void> {
  const collection = engine.client.db('bench').collection<Numbered>('c')
  await warmUp(engine.client.db('bench').collection<Numbered>('warm'))
  await collection.createIndex({ key: 1 })
  const note = async (what: string, units: number, run: () => Promise<unknown>) =>
    costs.set(`${what}, ${size} documents`, await engine.measure(units, run))
  await note(`insert in batches of ${BATCH}`, size, () => insertBatches(collection, 0, size))
  await note('insert one', OPERATIONS, () => each((i) => collection.insertOne(numbered(size + i))))
  await note('find by _id', OPERATIONS, () => each((i) => collection.findOne({ _id: spread(i, size) })))
  await note('find by an indexed field', OPERATIONS, () => each((i) => collection.findOne({ key: spread(i, size) })))
  await note('update by _id', OPERATIONS, () =>
    each((i) => collection.updateOne({ _id: spread(i, size) }, { $inc: { n: 1 } })),
  )
  await note('replace by an indexed field', OPERATIONS, () =>
    each((i) => collection.replaceOne({ key: spread(i, size) }, { key: spread(i, size), pad: PAD })),
  )
  await note('delete by _id', OPERATIONS, () => each((i) => collection.deleteOne({ _id: size + i })))
}

/** Has the engine's code compiled before it is measured. */
async function warmUp(collection: Collection<Numbered>): Promise<void> {
  await collection.createIndex({ key: 1 })
  await insertBatches(collection, 0, 10 * BATCH)
  await each(async (i) => {
    await collection.insertOne(numbered(10 * BATCH + i))
    await collection.findOne({ _id: i })
    await collection.findOne({ key: i })
    await collection.updateOne({ _id: i }, { $inc: { n: 1 } })
    await collection.deleteOne({ _id: i })
  })
  await collection.drop()
}

/** What a change event costs, from an oplog of `before` entries, and what one costs that a stream does not show. */
async function events(engine: MeasuredEngine, before: number, costs: Map<string, Cost>): Promise<void> {
  const db = engine.client.db('bench')
  const collection = db.collection<Numbered>('c')
  await warmUp(db.collection<Numbered>('warm'))
  await insertBatches(db.collection<Numbered>('earlier'), 0, before)
  const writeOnly = await engine.measure(EVENTS, () => insertBatches(collection, 0, EVENTS))
  const stream = collection.watch()
  await stream.tryNext()
  const read = await engine.measure(EVENTS, async () => {
    const written = insertBatches(collection, EVENTS, EVENTS)
    for (let seen = 0; seen < EVENTS; seen++) await stream.next()
    await written
  })
  await stream.close()
  costs.set(`insert in batches and read as change events, oplog of ${before}`, read)
  const quiet = db.collection('quiet').watch([], { maxAwaitTimeMS: 50 })
  await quiet.tryNext()
  const skipped = await engine.measure(EVENTS, async () => {
    await insertBatches(collection, 2 * EVENTS, EVENTS)
    await quiet.tryNext()
  })
  await quiet.close()
  costs.set(`insert in batches, no stream, oplog of ${before}`, writeOnly)
  costs.set(`insert in batches beside a stream that matches nothing, oplog of ${before}`, skipped)
}

async function insertBatches(collection: Collection<Numbered>, from: number, count: number): Promise<void> {
  for (let at = from; at < from + count; at += BATCH) {
    const documents = Array.from({ length: Math.min(BATCH, from + count - at) }, (_, i) => numbered(at + i))
    await collection.insertMany(documents)
  }
}

async function each(run: (i: number) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < OPERATIONS; i++) await run(i)
}

function numbered(i: number): Numbered {
  return { _id: i, key: i, n: 0, pad: PAD }
}

/** Walks over all documents in an order that is no order. */
function spread(i: number, size: number): number {
  return (i * 7919) % size
}
