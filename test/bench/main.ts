import { benchBackbone } from './backbone.ts'
import { benchBundleSize } from './bundle-size.ts'
import { benchColdStart } from './cold-start.ts'
import { benchCost } from './cost.ts'
import { benchEngine } from './engine.ts'
import { benchFanOut } from './fan-out.ts'
import { benchIntake } from './intake.ts'
import { benchLatency } from './latency.ts'
import { benchMemory } from './memory.ts'
import { benchRuntimes } from './runtimes.ts'
import { benchScaling } from './scaling.ts'

/** Every benchmark, by the name that `npm run bench <name>` takes. */
const BENCHMARKS: Readonly<Record<string, () => Promise<void>>> = {
  backbone: benchBackbone,
  'bundle-size': benchBundleSize,
  'cold-start': benchColdStart,
  cost: benchCost,
  engine: benchEngine,
  'fan-out': benchFanOut,
  intake: benchIntake,
  latency: benchLatency,
  memory: benchMemory,
  runtimes: benchRuntimes,
  scaling: benchScaling,
}

const names = process.argv.slice(2)
const unknown = names.filter((name) => !(name in BENCHMARKS))
if (unknown.length > 0) {
  console.error(`Unknown benchmark '${unknown.join("', '")}'; there are: ${Object.keys(BENCHMARKS).join(', ')}`)
  process.exit(2)
}
for (const name of names.length > 0 ? names : Object.keys(BENCHMARKS)) await BENCHMARKS[name]?.()
