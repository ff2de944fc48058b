import { readEjsonDocument } from '../../../../src/relay/changes/read-ejson.ts'
import { shareWhere } from '../../../../src/relay/changes/where.ts'
import { serveParent } from '../../../support/process/serve-parent.ts'
import { LARGE_FILTERS, upTo } from './large-filters.ts'

/** What filters of a kind take, in bytes each. */
export interface FilterMemory {
  /** The least of what was measured. */
  readonly kept: number
  /** What may be, as they say it. */
  readonly allowed: number
}

const COPIES = 8
/** How often it is tried. */
const ROUNDS = 3
/** Besides, for what the runtime keeps of its own. */
const SPARE_BYTES = 8_192

async function heapUsed(): Promise<number> {
  // what weak references led to within a turn stays for the turn
  await new Promise((resolve) => setImmediate(resolve))
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

const compile = (filter: object) => shareWhere(readEjsonDocument(JSON.parse(JSON.stringify(filter)), '`where`'))

async function measure(kind: string): Promise<FilterMemory> {
  const make = LARGE_FILTERS[kind]
  if (!make) throw new Error(`There are no filters of ${kind}`)
  // what is made once is no filter's
  compile(make(1_000_000))
  let kept = Infinity
  let allowed = 0
  const all: unknown[] = []
  // what else is made or given back meanwhile, such as code, is seen once
  for (let round = 0; round < ROUNDS && kept >= allowed; round++) {
    const before = await heapUsed()
    const filters = upTo(COPIES).map((n) => compile(make(2_000_000 + 10_000 * (n + round * COPIES))))
    // so that nothing is given back in the next round
    all.push(filters)
    kept = Math.min(kept, ((await heapUsed()) - before) / COPIES)
    allowed = 1.25 * (filters[0]?.bytes ?? 0) + SPARE_BYTES
  }
  return { kept, allowed }
}

serveParent({ measure })
