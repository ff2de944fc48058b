import { execFileSync } from 'node:child_process'

/** Programs that tests use where they are installed, as Debian's packages have them, and what is skipped without. */
const PROGRAMS = { 'nats-server': 'tests of the backbone', varnishd: 'Varnish as a cache', nginx: 'nginx as a cache' }

/** The environment to start them in: Debian has servers where people other than root do not look. */
export const PROGRAM_ENV = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` }

/** Whether a program is installed. */
export function isInstalled(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore', env: PROGRAM_ENV })
    return true
  } catch {
    return false
  }
}

/** Says once, before the tests, what is skipped for want of a program. */
export default function tellSkipped(): void {
  const missing = Object.entries(PROGRAMS).filter(([program]) => !isInstalled(program))
  for (const [program, skipped] of missing) console.warn(`${program} is not installed: skips ${skipped}`)
}
