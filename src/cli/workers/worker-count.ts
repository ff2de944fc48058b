import { availableParallelism } from 'node:os'
import type { Settings } from '../config-file/read-config.ts'

/** How many workers a setting asks for, on this machine. */
export function workerCount({ workers }: Pick<Settings, 'workers'>): number {
  return workers === 'auto' ? availableParallelism() : workers
}
