import { isKept } from './check.ts'
import { LONG_FAULTS, ROLLOVER, SHORT_FAULTS } from './faults.ts'
import { createRandom } from './random.ts'
import { printReport } from './print-report.ts'
import { run } from './run.ts'
import { selfTest } from './self-test.ts'

/** How many faults there are before the last one, the rollover of the oplog: each of the long ones once, the short ones often. */
const SHORT_COUNT = 20

// `npm run verify [seed]`: the same seed gives the same subscribers, writes and faults
const seed = Number(process.argv[2] ?? Math.floor(Math.random() * 2 ** 31))
if (!Number.isInteger(seed)) {
  console.error(`The seed must be a whole number, and not '${process.argv[2]}'`)
  process.exit(2)
}
console.log(`Seed ${seed}: repeat with \`npm run verify ${seed}\``)

const caught = selfTest(seed)
for (const { name, caught: isCaught } of caught) console.log(`${isCaught ? 'ok' : 'FAILED'}: ${name}`)

const random = createRandom(seed)
const shorts = Array.from({ length: SHORT_COUNT }, (_, i) => SHORT_FAULTS[i] ?? random.pick(SHORT_FAULTS))
const faults = [...shorts, ...LONG_FAULTS]
  .map((fault) => ({ fault, place: random.next() }))
  .sort((a, b) => a.place - b.place)
  .map(({ fault }) => fault)
const report = await run({
  seed,
  subscribers: 300,
  rate: 100,
  faults: [...faults, ROLLOVER],
  awayMs: 20_000,
  recoveryLimitMs: 30_000,
})
printReport(report)

const isRecovered = report.recoveries.every(({ recoveryMs }) => recoveryMs !== undefined)
const isComplete = report.acknowledged === report.seen
const isGood = isKept(report.findings) && isRecovered && isComplete && caught.every((one) => one.caught)
console.log(isGood ? '\nThe delivery contract was kept.' : '\nTHE DELIVERY CONTRACT WAS BROKEN.')
process.exit(isGood ? 0 : 1)
