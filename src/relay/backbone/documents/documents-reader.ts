import { raceSignal } from '../../../util/waiting/race-signal.ts'
import type { ChangeSource, DocumentsOptions } from '../../changes/change-source.ts'
import type { RetryOptions } from '../../changes/outage.ts'
import type { Broker } from '../connection.ts'
import { patiently } from '../passing.ts'
import { readDocuments } from './answer.ts'
import { askDocuments } from './ask-documents.ts'
import { MAX_DOCUMENTS, toQuestion } from './question.ts'

/** How many documents are asked for while nothing is known of their size. */
const FIRST_DOCUMENTS = 100

/** How much is asked for at once, in bytes: what an ingester reads and does not send is read again. */
const WANTED_BYTES = 262_144

/** What documents are read through. */
export interface DocumentsReaderOptions {
  readonly broker: Broker
  /** The backbone's name. */
  readonly backbone: string
  readonly retry: RetryOptions
}

/**
 * Reads the documents of collections through ingesters. See `ChangeSource.documents`.
 *
 * **Cost**: one answer at a time, which is a message, or one document that is larger.
 */
export function createDocumentsReader({ broker, backbone, retry }: DocumentsReaderOptions): ChangeSource['documents'] {
  return async function* (options: DocumentsOptions, signal: AbortSignal) {
    let { after, limit: left = Infinity } = options
    let wanted = FIRST_DOCUMENTS
    while (left > 0) {
      const question = toQuestion({ ...options, after }, Math.min(wanted, left))
      const ask = async () => {
        const nats = await raceSignal(broker.get(), signal)
        const answer = await askDocuments({ nats, backbone, question }, signal)
        return { documents: readDocuments(answer), bytes: answer.data.length, isEnd: answer.isEnd }
      }
      const { documents, bytes, isEnd } = await patiently(ask, retry, signal)
      if (documents.length > 0) yield documents
      if (isEnd) return
      after = documents.at(-1)?.key.get('_id')
      left -= documents.length
      wanted = Math.min(MAX_DOCUMENTS, Math.ceil((WANTED_BYTES / bytes) * documents.length))
    }
  }
}
