/** The most of something that an input took. */
export interface Most {
  readonly value: number
  readonly input: number
}

/** What went wrong, by the number of the input that did. */
export interface Failure {
  readonly input: number
  readonly what: string
}

/** How a run of a fuzzer went. */
export class Outcome {
  /** How often what was sent or came. */
  readonly counts = new Map<string, number>()
  readonly most = new Map<string, Most>()
  /** Empty when all is well. */
  readonly failures: Failure[] = []

  count(what: string, times = 1): void {
    this.counts.set(what, this.of(what) + times)
  }

  /** How often it was counted. */
  of(what: string): number {
    return this.counts.get(what) ?? 0
  }

  measure(what: string, value: number, input: number): void {
    if (value > (this.most.get(what)?.value ?? -1)) this.most.set(what, { value, input })
  }

  /** In lines of two columns, what came most often first. */
  toTable(): string {
    const counts = [...this.counts].sort(([, a], [, b]) => b - a).slice(0, MAX_LINES)
    const most = [...this.most].map(([what, { value, input }]) => [`most ${what} (input ${input})`, value] as const)
    const rows = [...counts, ...most, ['failures', this.failures.length] as const]
    return rows.map(([what, value]) => `  ${what.padEnd(44)} ${String(value).padStart(10)}`).join('\n')
  }
}

const MAX_LINES = 30
