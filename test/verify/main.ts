import { isKept } from './check.ts'
import { BACKBONE_FAULTS, HOLE } from './backbone-faults.ts'
import { LONG_FAULTS, ROLLOVER, SHORT_FAULTS } from './faults.ts'
import { hasNatsServer, NO_NATS_SERVER } from '../support/nats-server.ts'
import { Random } from '../support/random/random.ts'
import { runKills } from './kills.ts'
import { printReport } from './print-report.ts'
import { run, type RunReport } from './run.ts'
import { selfTest } from './self-test.ts'

/**
 * How many faults there are before the last one, the rollover of the oplog: each of the long ones once, the short ones
 * often.
 */
const SHORT_COUNT = 20

/** How long subscribers that are late stay away, in milliseconds, for each minute that the run takes. */
const AWAY_MS = 20_000

/** How long the subscribers may take to recover from a fault, in milliseconds. */
const RECOVERY_LIMIT_MS = 30_000

// `npm run verify -- [--backbone] [seed] [minutes]`: the same seed gives the same subscribers, writes and faults
const hasBackbone = process.argv.includes('--backbone')
const [seedText, minutesText] = process.argv.slice(2).filter((argument) => argument !== '--backbone')
const seed = Number(seedText ?? Math.floor(Math.random() * 2 ** 31))
if (!Number.isInteger(seed)) {
  console.error(`The seed must be a whole number, and not '${seedText}'`)
  process.exit(2)
}
const minutes = Number(minutesText ?? 1)
if (!Number.isInteger(minutes) || minutes < 1) {
  console.error(`The minutes must be a whole number from 1 on, and not '${minutesText}'`)
  process.exit(2)
}
if (hasBackbone && !hasNatsServer) {
  console.error(NO_NATS_SERVER)
  process.exit(2)
}
console.log(`Seed ${seed}: repeat with \`npm run verify -- ${hasBackbone ? '--backbone ' : ''}${seed} ${minutes}\``)

const caught = selfTest(seed)
for (const { name, caught: isCaught } of caught) console.log(`${isCaught ? 'ok' : 'FAILED'}: ${name}`)

const random = new Random(seed)
// about a minute's, in any order
const someFaults = () => {
  const shorts = Array.from({ length: SHORT_COUNT }, (_, i) => SHORT_FAULTS[i] ?? random.pick(SHORT_FAULTS))
  return [...shorts, ...LONG_FAULTS, ...(hasBackbone ? BACKBONE_FAULTS : [])]
    .map((fault) => ({ fault, place: random.fraction() }))
    .sort((a, b) => a.place - b.place)
    .map(({ fault }) => fault)
}
const faults = Array.from({ length: minutes }, someFaults).flat()
const report = await run({
  hasBackbone,
  seed,
  subscribers: 300,
  keepers: 60,
  rate: 100,
  faults: [...faults, ROLLOVER],
  awayMs: AWAY_MS * minutes,
  recoveryLimitMs: RECOVERY_LIMIT_MS,
})
printReport(report)

if (hasBackbone) process.exit(await verdictOnBackbone())

const kills = await runKills({ kills: 12 * minutes, servesMs: 5_000 })
console.log('\n| killed and ended under load | expected | lost | repeated | out of order |')
console.log('| --- | ---: | ---: | ---: | ---: |')
for (const { client, expected, lost, repeated, outOfOrder } of kills) {
  console.log(`| ${client} | ${expected} | ${lost} | ${repeated} | ${outOfOrder} |`)
}
const outlivesKills = kills.every(({ lost, repeated, outOfOrder }) => lost + repeated + outOfOrder === 0)

const converges = isConverged(report)
const late = report.recoveries.filter(({ recoveryMs }) => recoveryMs === undefined).length
// a copy that never had to begin anew says nothing of that
const wasLost = report.copies.renewals > 0 || report.skipped.has(ROLLOVER.name)
const isProof = report.acknowledged === report.seen && caught.every((one) => one.caught) && wasLost
const verdict = !isProof
  ? 'THIS RUN PROVES NOTHING: the oracle did not see what was written, no copy was lost, or the check misses what is wrong.'
  : isKept(report.findings) && converges && outlivesKills
    ? 'The delivery contract was kept.'
    : 'THE DELIVERY CONTRACT WAS BROKEN.'
console.log(`\n${verdict}`)
if (late > 0) console.log(`SUBSCRIBERS TOOK MORE THAN ${RECOVERY_LIMIT_MS / 1_000} s TO RECOVER, ${late} times.`)
process.exit(isProof && isKept(report.findings) && converges && outlivesKills && late === 0 ? 0 : 1)

/** Whether all copies of the collection are equal to it. */
function isConverged({ copies: { different, refusals } }: RunReport): boolean {
  return different + refusals.length === 0
}

/**
 * The exit status: nothing may be announced as lost before a message is deleted, and something must be then, so that
 * copies are begun anew.
 */
async function verdictOnBackbone(): Promise<number> {
  const limits = { awayMs: 5_000, recoveryLimitMs: RECOVERY_LIMIT_MS }
  const hole = await run({ hasBackbone, seed, subscribers: 60, keepers: 30, rate: 100, faults: [HOLE], ...limits })
  console.log('\nOne message deleted:')
  printReport(hole)
  const isProof = [report, hole].every((one) => one.acknowledged === one.seen) && caught.every((one) => one.caught)
  const isWhole = [report, hole].every((one) => isKept(one.findings) && isConverged(one))
  const slow = [report, hole].flatMap(({ recoveries }) =>
    recoveries.filter(({ recoveryMs }) => recoveryMs === undefined),
  )
  if (slow.length > 0) console.log(`SUBSCRIBERS TOOK TOO LONG TO RECOVER, ${slow.length} times.`)
  const isTold = report.findings.announced === 0 && hole.findings.announced > 0 && hole.copies.renewals > 0
  console.log(
    isProof && isWhole && isTold ? '\nThe delivery contract was kept.' : '\nTHE DELIVERY CONTRACT WAS BROKEN.',
  )
  return isProof && isWhole && isTold && slow.length === 0 ? 0 : 1
}
