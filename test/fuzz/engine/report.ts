import type { CommandOutcome } from './command-fuzzer.ts'
import type { SessionOutcome } from './session-fuzzer.ts'
import type { WorkOutcome } from './work-fuzzer.ts'
import type { WireOutcome } from './wire-fuzzer.ts'

/** A run in lines of two columns. */
export function wireTable(outcome: WireOutcome, seconds: number): string {
  return table([
    ['messages', outcome.messages],
    ['messages per second', Math.round(outcome.messages / seconds)],
    ['connections', outcome.connections],
    ['closed by the server', outcome.closedByServer],
    ['replies', outcome.replies],
    ['replies that say ok', outcome.accepted],
    ['failures', outcome.failures.length],
  ])
}

/** A run in lines of two columns, the errors by which commands were refused most often included. */
export function commandTable(outcome: CommandOutcome, seconds: number): string {
  const refused = [...outcome.refused].sort(([, a], [, b]) => b - a)
  return table([
    ['commands', outcome.commands],
    ['commands per second', Math.round(outcome.commands / seconds)],
    ['done', outcome.accepted],
    ['refused, by different codes', refused.length],
    ...refused.slice(0, 8).map(([name, times]): [string, number] => [`  ${name}`, times]),
    [`slowest, in ms (input ${outcome.slowestInput})`, Math.round(outcome.slowestMs)],
    ['failures', outcome.failures.length],
  ])
}

/** A run in lines of two columns. */
export function workTable(outcome: WorkOutcome, seconds: number): string {
  return table([
    ['commands', outcome.commands],
    ['commands per second', Math.round(outcome.commands / seconds)],
    ['done', outcome.accepted],
    ['given up or refused', outcome.refused],
    [`most CPU, in ms (input ${outcome.mostCpuInput})`, outcome.mostCpuMs],
    ['failures', outcome.failures.length],
  ])
}

/** A run in lines of two columns. */
export function sessionTable(outcome: SessionOutcome, seconds: number): string {
  return table([
    ['commands', outcome.commands],
    ['commands per second', Math.round(outcome.commands / seconds)],
    ['done', outcome.accepted],
    ['failures', outcome.failures.length],
  ])
}

function table(rows: readonly (readonly [string, number])[]): string {
  return rows.map(([name, value]) => `  ${name.padEnd(36)} ${String(value).padStart(10)}`).join('\n')
}
