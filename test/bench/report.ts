import type { Cost } from './measured-engine.ts'

/** The median of each figure over all rounds. */
export function medianCosts(rounds: readonly ReadonlyMap<string, Cost>[]): Map<string, Cost> {
  const names = [...new Set(rounds.flatMap((costs) => [...costs.keys()]))]
  return new Map(
    names.map((name) => {
      const costs = rounds.flatMap((round) => round.get(name) ?? [])
      const median = (figure: keyof Cost) => middle(costs.map((cost) => cost[figure]))
      return [name, { perSecond: median('perSecond'), cpuMicros: median('cpuMicros') }]
    }),
  )
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

/** Prints costs as a Markdown table, for the benchmark document. */
export function printTable(title: string, costs: ReadonlyMap<string, Cost>): void {
  console.log(`\n| ${title} | per second | CPU of the server, µs each |\n| --- | ---: | ---: |`)
  for (const [name, { perSecond, cpuMicros }] of [...costs].sort(([a], [b]) =>
    bySubject(a) < bySubject(b) ? -1 : 1,
  )) {
    console.log(`| ${name} | ${Math.round(perSecond).toLocaleString('en')} | ${cpuMicros.toFixed(1)} |`)
  }
}

// sizes are compared line below line: as numbers, not as text
function bySubject(name: string): string {
  return name.replace(/\d+/g, (digits) => digits.padStart(9, '0'))
}
