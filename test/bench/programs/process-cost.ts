import { readFileSync } from 'node:fs'

/** What a process has taken so far. */
export interface ProcessCost {
  readonly cpuMs: number
  readonly rssBytes: number
}

/** How long a tick of Linux's accounts is, in milliseconds. */
const TICK_MS = 10

/** What a process and those that it has started have taken, as Linux tells of any; NaN elsewhere. */
export function processCost(pid: number): ProcessCost {
  const read = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8')
  try {
    // the name, in parentheses, may hold anything
    const fields = read('stat')
      .replace(/^.*\) /s, '')
      .split(' ')
    const [, kibibytes = NaN] = /^VmRSS:\s+(\d+) kB$/m.exec(read('status')) ?? []
    const own = { cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS, rssBytes: Number(kibibytes) * 1_024 }
    const children = read(`task/${pid}/children`)
      .split(' ')
      .filter(Boolean)
      .map((child) => processCost(Number(child)))
    return children.reduce((sum, { cpuMs, rssBytes }) => {
      return { cpuMs: sum.cpuMs + cpuMs, rssBytes: sum.rssBytes + rssBytes }
    }, own)
  } catch {
    return { cpuMs: NaN, rssBytes: NaN }
  }
}
