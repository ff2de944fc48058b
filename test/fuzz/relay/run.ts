/**
 * The long form: `npm run fuzz relay [seed] [inputs]`. Without a seed it takes a new one, which it prints. Ends with
 * status 1 when something is wrong, after naming seed and number of each input that showed it.
 */
import { randomInt } from 'node:crypto'
import { CORPUS } from './corpus.ts'
import { MAX_GROWTH_BYTES } from './memory.ts'
import type { HostileOutcome } from './oracle.ts'
import { runHostileSession } from './session.ts'

const [seed = randomInt(2 ** 31), inputs = 110_000] = process.argv.slice(2).map(Number)
/** About as many as one socket, and one HTTP connection, sends. */
const PER_SOCKET = 17
const PER_CONNECTION = 3.5
const upTo = (count: number): number[] => Array.from({ length: Math.ceil(count) }, (_, n) => n)
const MIB = 1024 * 1024

function table(title: string, { inputs: sent, connections, answers, failures }: HostileOutcome): string {
  const rows: [string, number][] = [
    ['inputs', sent],
    ['connections', connections],
    ...[...answers].sort(([, a], [, b]) => b - a).map(([name, times]): [string, number] => [`  ${name}`, times]),
    ['failures', failures.length],
  ]
  return `${title}\n${rows.map(([name, value]) => `  ${name.padEnd(36)} ${String(value).padStart(10)}`).join('\n')}`
}

const startedMs = performance.now()
console.log(`Seed ${seed}`)
const { webSocket, http, witnessed, growthBytes, problems } = await runHostileSession(
  seed,
  upTo((inputs * 0.6) / PER_SOCKET),
  upTo((inputs * 0.4) / PER_CONNECTION),
)
console.log(`\n${table('WebSocket', webSocket)}\n\n${table('HTTP', http)}`)
console.log(`\n${webSocket.inputs + http.inputs} inputs in ${Math.round((performance.now() - startedMs) / 1000)} s`)
console.log(`Memory grew by ${Math.round(growthBytes / MIB)} MiB at most, of ${MAX_GROWTH_BYTES / MIB} MiB allowed`)
console.log(`Two well-behaved subscribers were to see ${witnessed} events each`)
for (const problem of problems.slice(0, 50)) console.log(`  ! ${problem}`)
const known = CORPUS.webSocket.length + CORPUS.http.length
console.log(`\n${problems.length} problems. The ${known} inputs that once failed are run by npm test.`)
process.exit(problems.length > 0 ? 1 : 0)
