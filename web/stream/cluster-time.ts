import type { Change } from './change.ts'

/** A time of the oplog: seconds since 1970, and the place within the second. */
export interface ClusterTime {
  readonly seconds: number
  readonly ordinal: number
}

/** Gives the cluster time of a change; null where it has none. */
export function toClusterTime({ clusterTime }: Pick<Change, 'clusterTime'>): ClusterTime | null {
  const timestamp = fieldOf(clusterTime, '$timestamp')
  const [seconds, ordinal] = [fieldOf(timestamp, 't'), fieldOf(timestamp, 'i')]
  return typeof seconds === 'number' && typeof ordinal === 'number' ? { seconds, ordinal } : null
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

/** Negative where the first is earlier, 0 where both are the same. */
export function compareTimes(a: ClusterTime, b: ClusterTime): number {
  return a.seconds - b.seconds || a.ordinal - b.ordinal
}
