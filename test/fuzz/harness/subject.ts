import { startProcess, type TestProcess } from '../../support/process/start-process.ts'
import type { SubjectState } from './serve-subject.ts'

/** What is under test, in a process of its own, so that a crash, a hang and its memory can be seen from outside. */
export interface Subject extends Pick<TestProcess, 'isAlive' | 'errors' | 'ask' | 'stop'> {
  /** What is open, and how much memory is in use once garbage is collected. @throws Error when the process died */
  state(): Promise<SubjectState>
  /** The same without memory, which costs nothing. */
  open(): Promise<SubjectState['open']>
}

/** Starts a file that calls `serveSubject`, and gives what its `start` tells, too. The caller stops it. */
export async function startSubject<Address extends object>(
  file: URL,
  heapMib: number,
  options: object = {},
): Promise<Subject & Address> {
  const child = startProcess(file, heapMib)
  const address = await child.ask<Address>('start', options)
  return {
    ...address,
    get isAlive() {
      return child.isAlive
    },
    get errors() {
      return child.errors
    },
    ask: child.ask,
    state: () => child.ask<SubjectState>('state'),
    open: () => child.ask<SubjectState['open']>('open'),
    stop: () => child.stop(),
  }
}

/** What JavaScript holds of it, in the heap and outside, in bytes. */
export function usedBytes({ heapBytes, externalBytes }: SubjectState): number {
  return heapBytes + externalBytes
}
