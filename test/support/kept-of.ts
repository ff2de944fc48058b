import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Has some wait and leave, and gives how many of them are kept: one of the last round may still be on the stack. */
export async function keptOf(wait: (signal: AbortSignal) => Promise<unknown>): Promise<number> {
  const kept: WeakRef<AbortSignal>[] = []
  const waits: Promise<unknown>[] = []
  for (let count = 0; count < 50; count++) {
    const aborter = new AbortController()
    kept.push(new WeakRef(aborter.signal))
    waits.push(wait(aborter.signal).catch(() => undefined))
    aborter.abort()
  }
  await Promise.all(waits.splice(0))
  // a reference that was looked at lives until the end of the turn
  for (let round = 0; round < 3; round++) {
    await turn()
    collectGarbage()
  }
  return kept.filter((reference) => reference.deref() !== undefined).length
}
