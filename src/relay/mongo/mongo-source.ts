import type { Timestamp } from 'bson'
import { RelayError } from '../../errors.ts'
import { backoffDelayMs } from '../../util/waiting/backoff.ts'
import { sleep } from '../../util/waiting/sleep.ts'
import type { ChangeSource } from '../changes/change-source.ts'
import { createClusterClock } from './cluster-clock.ts'
import type { Deployment } from './deployment.ts'
import { diagnose } from './failures/diagnose.ts'
import { readDocuments } from './documents.ts'
import type { RetryOptions } from '../changes/outage.ts'
import { watch } from './stream/watch.ts'

/** The changes of a deployment. */
export function createMongoSource(deployment: Deployment, retry: RetryOptions = {}): ChangeSource {
  const clock = createClusterClock(() => deployment.operationTime())
  return {
    watch: (options, signal) => watch(deployment, options, retry, signal),
    operationTime,
    documents: (options, signal) => readDocuments(deployment, options, retry, signal),
    reasonOf: ({ cause }) => deployment.reasonOf(cause),
  }

  async function operationTime(signal: AbortSignal): Promise<Timestamp> {
    for (let attempt = 0; ; attempt++) {
      try {
        const time = await clock.now(signal)
        if (time) return time
        throw new RelayError('UPSTREAM_FAILED', 'MongoDB does not tell its cluster time')
      } catch (cause) {
        signal.throwIfAborted()
        const { transient, error } = diagnose(cause)
        if (!transient) throw error
        await sleep(backoffDelayMs(attempt, retry.backoff), signal)
      }
    }
  }
}
