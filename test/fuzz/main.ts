/**
 * `npm run fuzz [engine|relay] [seed] [length]`: without a seed it takes a new one, which it prints. A length of 2 is
 * twice the usual; `name:number`, as a problem is printed, is one input of a fuzzer. Ends with status 1 when something
 * is wrong. What an input has shown goes into a test of its own: generators change.
 */
import { randomInt } from 'node:crypto'
import { ENGINE } from './engine/target.ts'
import type { Fuzzer } from './harness/fuzzer.ts'
import { runSession, upTo } from './harness/session.ts'
import type { Subject } from './harness/subject.ts'
import type { Target } from './harness/target.ts'
import { RELAY } from './relay/target.ts'

const MIB = 1024 * 1024
const MAX_PRINTED = 50

const words = process.argv.slice(2)
const isRelay = words[0] === 'relay'
if (isRelay || words[0] === 'engine') words.shift()
const [seed = String(randomInt(2 ** 31)), length = '1'] = words

/** Gives the number of problems. */
async function fuzz<S extends Subject>(target: Target<S>): Promise<number> {
  let found = 0
  for (const fuzzers of target.sessions) {
    const inputs = fuzzers.map((fuzzer) => ({ fuzzer, numbers: numbersOf(fuzzer) }))
    if (inputs.every(({ numbers }) => numbers.length === 0)) continue
    const startedMs = performance.now()
    const { outcomes, witnessed, growthBytes, problems } = await runSession(target, Number(seed), inputs)
    for (const [name, outcome] of outcomes) console.log(`\n${name}, seed ${seed}\n${outcome.toTable()}`)
    console.log(`\n${Math.round((performance.now() - startedMs) / 1000)} s`)
    console.log(`Memory grew by ${Math.round(growthBytes / MIB)} MiB at most`)
    if (target.startWitnesses) console.log(`Well-behaved subscribers were to see ${witnessed} events each`)
    for (const problem of problems.slice(0, MAX_PRINTED)) console.log(`  ! ${problem}`)
    found += problems.length
  }
  return found
}

function numbersOf({ name, usual }: Pick<Fuzzer<never>, 'name' | 'usual'>): number[] {
  const [only, number] = length.split(':')
  if (number === undefined) return upTo(Math.ceil(usual * Number(length)))
  return only === name ? [Number(number)] : []
}

const problems = isRelay ? await fuzz(RELAY) : await fuzz(ENGINE)
console.log(`\n${problems} problems`)
process.exit(problems > 0 ? 1 : 0)
