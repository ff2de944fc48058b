import type { Msg } from '@nats-io/transport-node'
import { onAbort } from '../../../util/waiting/on-abort.ts'
import { RelayError } from '../../../errors.ts'
import { type Reply, toError, UNKNOWN_QUESTION } from '../ask.ts'
import { ANSWER_MS, type Nats } from '../connection.ts'
import { askSubjects } from '../names.ts'
import { createPartCollector } from '../parts.ts'
import { passing } from '../passing.ts'
import { type AnswerPart, type DocumentsAnswer, readAnswerPart } from './answer.ts'
import type { DocumentsQuestion } from './question.ts'

/** How long the next message of an answer may take, in milliseconds: a slow link brings one in less. */
const PATIENCE_MS = 10_000

/** What a broker says where nobody takes what is sent. */
const NO_RESPONDERS = 503

const NOBODY_ANSWERS = 'No ingester of the event backbone answers'

/** What is asked of whom. */
export interface AskDocumentsOptions {
  readonly nats: Nats
  /** The backbone's name. */
  readonly backbone: string
  readonly question: DocumentsQuestion
}

/**
 * Asks an ingester for documents, and all of them when that one is silent. Of several answers the first one that is
 * whole counts.
 *
 * **Lifecycle**: nothing is left at the broker once it settles; a signal that aborts settles it at once.
 *
 * @throws Passing where none answers, it cannot now, or a part of its answer is missing
 * @throws RelayError what the ingester throws, where asking again does not help
 */
export async function askDocuments(
  { nats, backbone, question }: AskDocumentsOptions,
  signal: AbortSignal,
): Promise<DocumentsAnswer> {
  const { connection, inbox } = nats
  const text = JSON.stringify({ question: 'documents', given: question })
  const maxPayload = connection.info?.max_payload ?? Infinity
  if (Buffer.byteLength(text) > maxPayload) {
    const what = 'The snapshot cannot go on after a document whose `_id` is larger than a message of the event backbone'
    throw new RelayError('UPSTREAM_FAILED', `${what}: raise the \`max_payload\` of its NATS servers`)
  }
  const { one, all } = askSubjects(backbone)
  const reply = inbox()
  const parts = createPartCollector<AnswerPart>()
  /** Which answer is being put together, where it has several parts. */
  let whole: string | undefined

  return new Promise((resolve, reject) => {
    const subscription = connection.subscribe(reply, {
      callback(error, message) {
        try {
          if (error) throw error
          const answer = take(message)
          if (answer) settle(() => resolve(answer))
          else wait(PATIENCE_MS, giveUp)
        } catch (caught) {
          settle(() => reject(caught))
        }
      },
    })
    const giveUp = () => settle(() => reject(passing(NOBODY_ANSWERS)))
    const stopListening = onAbort(signal, () => settle(() => reject(signal.reason)))
    let timer: ReturnType<typeof setTimeout> | undefined
    const wait = (ms: number, then: () => void) => {
      clearTimeout(timer)
      timer = setTimeout(then, ms)
    }
    const settle = (how: () => void) => {
      clearTimeout(timer)
      stopListening()
      subscription.unsubscribe()
      how()
    }
    wait(ANSWER_MS, () => {
      // that one may be stuck
      connection.publish(all, text, { reply })
      wait(PATIENCE_MS, giveUp)
    })
    connection.publish(one, text, { reply })
  })

  /** The answer, when it is whole. */
  function take(message: Msg): DocumentsAnswer | undefined {
    const { headers, data } = message
    const part = readAnswerPart(headers, data)
    if (!part) throw headers?.code === NO_RESPONDERS ? passing(NOBODY_ANSWERS) : toError(readFailure(message))
    if (part.parts > 1) whole ??= part.whole
    // of an answer that another one gives
    if (part.parts > 1 && part.whole !== whole) return undefined
    const taken = parts.take(part)
    if (taken === 'broken') throw passing('A part of an answer is missing')
    return taken === 'more' ? undefined : taken
  }
}

function readFailure(message: Msg): Reply {
  const reply = message.json<Reply>()
  if (reply.error?.message !== UNKNOWN_QUESTION) return reply
  const text = 'The ingesters of the event backbone are older than this relay and have no documents for it: update them'
  return { error: { code: 'UPSTREAM_FAILED', message: text } }
}
