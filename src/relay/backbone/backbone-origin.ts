import { Timestamp } from 'bson'
import type { RelayError } from '../../errors.ts'
import type { ChangeSource } from '../changes/change-source.ts'
import type { Origin } from '../changes/origin.ts'
import type { RetryOptions } from '../changes/outage.ts'
import { createAsker } from './ask.ts'
import type { Broker } from './connection.ts'
import { createDocumentsReader } from './documents/documents-reader.ts'
import { brokerFailureReason } from './failure-reason.ts'
import { Passing, patiently } from './passing.ts'
import type { Marks } from './read/marks.ts'
import type { MirrorOptions } from './read/mirror.ts'
import { watchLog } from './read/watch-log.ts'

/** What a relay on a backbone reads from. */
export interface BackboneOriginOptions {
  readonly broker: Broker
  /** The backbone's name. */
  readonly name: string
  /** The deployment itself, for what the backbone has not; absent for relays that have no access to it. */
  readonly mongo: Origin | undefined
  readonly retry?: RetryOptions
  /** Present where the servers that the broker connects to are to have copies of the logs. */
  readonly mirror?: MirrorOptions | undefined
}

/**
 * A backbone as what a relay reads from. Changes come from its logs alone, except those that are older. The rest comes
 * from MongoDB where there is access to it, and else from ingesters.
 */
export function createBackboneOrigin({ broker, name, mongo, retry = {}, mirror }: BackboneOriginOptions): Origin {
  const asker = createAsker(broker, name)
  const older = mongo?.source
  const operationTime: ChangeSource['operationTime'] = older
    ? (signal) => older.operationTime(signal)
    : (signal) => patiently(async () => new Timestamp(await asker.ask('time', {}, signal)), retry, signal)
  const open = new Set<Marks>()
  const context = { broker, asker, name, older, retry, mirror, open, operationTime }
  const source: ChangeSource = {
    watch: (options, signal) => watchLog(context, options, signal),
    operationTime,
    documents: older
      ? (options, signal) => older.documents(options, signal)
      : createDocumentsReader({ broker, backbone: name, retry }),
    reasonOf: (error) => brokerFailureReason(error) ?? older?.reasonOf(error) ?? causeOf(error),
  }
  return {
    source,
    listNamespaces: mongo
      ? (db) => mongo.listNamespaces(db)
      : async (db) => shown(async () => (await asker.ask('namespaces', { db })).namespaces),
    serverVersion: mongo
      ? () => mongo.serverVersion()
      : () =>
          asker.ask('version', {}).then(
            ({ version }) => version,
            () => undefined,
          ),
    historyStart: async () => mongo?.historyStart(),
    backbone: () => ({
      isConnected: broker.isConnected,
      markAgeMs: open.size === 0 ? undefined : Math.max(...[...open].map(({ ageMs }) => ageMs)),
    }),
    async close() {
      await Promise.all([broker.close(), mongo?.close()])
    },
  }
}

async function shown<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw error instanceof Passing ? error.error : error
  }
}

function causeOf({ cause }: RelayError): string | undefined {
  return cause instanceof Error ? cause.message : undefined
}
