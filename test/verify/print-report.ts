import type { Findings } from './check.ts'
import type { RunReport } from './run.ts'

const COLUMNS = ['expected', 'delivered', 'missing', 'announced', 'duplicated', 'outOfOrder', 'invented'] as const

/** Prints a report as Markdown tables. */
export function printReport(report: RunReport): void {
  const { findings, byHabit, recoveries, skipped, acknowledged, seen, connections, codes, copies } = report
  const errors = [...codes].map(([code, count]) => `${code} ${count}`).join(', ') || 'none'
  console.log(`\n${acknowledged} writes acknowledged, ${seen} events seen by the oracle, ${connections} connections`)
  console.log(`Errors that subscribers were told: ${errors}`)

  console.log(`\n| subscribers | ${COLUMNS.join(' | ')} |\n| --- |${' ---: |'.repeat(COLUMNS.length)}`)
  for (const [habit, one] of byHabit) console.log(line(habit, one))
  console.log(line('all', findings))

  const { keepers, documents, renewals, different, refusals } = copies
  const ended = refusals.length === 0 ? '' : `; ENDED BY ${refusals.join(', ')}`
  console.log(
    `\n${keepers} copies of the collection, begun anew ${renewals} times: ${different} of ${documents} documents differ${ended}`,
  )

  console.log('\n| fault | times | recovered, ms (median) | longest |\n| --- | ---: | ---: | ---: |')
  for (const fault of new Set(recoveries.map((one) => one.fault))) {
    const all = recoveries.flatMap((one) => (one.fault === fault ? [one.recoveryMs ?? Infinity] : []))
    const sorted = all.toSorted((a, b) => a - b)
    const [middle, longest] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
    console.log(`| ${fault} | ${all.length} | ${toText(middle)} | ${toText(longest)} |`)
  }
  const used = new Set(recoveries.map((one) => one.fault).filter((fault) => !fault.startsWith('(')))
  console.log(`\nInjected: ${used.size} kinds of faults of ${used.size + skipped.size}`)
  for (const [fault, reason] of skipped) console.log(`Not injected: ${fault}: ${reason}`)
}

function line(name: string, findings: Findings): string {
  return `| ${name} | ${COLUMNS.map((column) => findings[column]).join(' | ')} |`
}

function toText(ms = Infinity): string {
  return ms === Infinity ? 'NEVER' : Math.round(ms).toString()
}
