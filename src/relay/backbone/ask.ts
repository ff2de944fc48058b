import type { Msg } from '@nats-io/transport-node'
import { isErrorCode, RelayError } from '../../errors.ts'
import { raceSignal } from '../../util/waiting/race-signal.ts'
import type { ListedNamespace } from '../changes/origin.ts'
import { ANSWER_MS, type Broker, type Nats } from './connection.ts'
import type { DocumentsQuestion } from './documents/question.ts'
import { askSubjects, type LoggedStream } from './names.ts'
import { brokerFailed, Passing, passing } from './passing.ts'

/** What relays ask ingesters, and what those answer. */
export interface Questions {
  /** That a change stream be in the backbone from now on. */
  readonly open: { readonly given: LoggedStream; readonly answer: Record<string, never> }
  /** The cluster time. */
  readonly time: { readonly given: Record<string, never>; readonly answer: { readonly t: number; readonly i: number } }
  readonly version: {
    readonly given: Record<string, never>
    readonly answer: { readonly version?: string | undefined }
  }
  readonly namespaces: {
    readonly given: { readonly db?: string | undefined }
    readonly answer: { readonly namespaces: readonly ListedNamespace[] }
  }
}

/** What can be asked. */
export type Question = keyof Questions

/** Answers a question, in an ingester. */
export type Answers = { readonly [Q in Question]: (given: Questions[Q]['given']) => Promise<Questions[Q]['answer']> }

/** Asks any ingester. */
export interface Asker {
  /**
   * @throws Passing where none answers, or it cannot now
   * @throws RelayError what the ingester throws, where asking again does not help
   */
  ask<Q extends Question>(
    question: Q,
    given: Questions[Q]['given'],
    signal?: AbortSignal,
  ): Promise<Questions[Q]['answer']>
}

/** Asks the ingesters of a backbone. */
export function createAsker(broker: Broker, backbone: string): Asker {
  return {
    async ask(question, given, signal = new AbortController().signal) {
      const { connection } = await raceSignal(broker.get(), signal)
      const text = JSON.stringify({ question, given })
      const { one, all } = askSubjects(backbone)
      const asking = connection.request(one, text, { timeout: FIRST_MS }).catch((cause: unknown) => {
        // that one may be stuck
        if (isTimeout(cause)) return connection.request(all, text, { timeout: ANSWER_MS })
        throw cause
      })
      const reply = await raceSignal(asking, signal).catch((cause: unknown) => {
        signal.throwIfAborted()
        throw broker.isConnected ? passing('No ingester of the event backbone answers', cause) : brokerFailed(cause)
      })
      const answered = reply.json<Reply>()
      if (answered.error) throw toError(answered)
      return answered.answer as never
    },
  }
}

/** How long one ingester may take before all are asked, in milliseconds. */
const FIRST_MS = 500

function isTimeout(cause: unknown): boolean {
  return cause instanceof Error && /timeout/i.test(`${cause.name} ${cause.message}`)
}

/** An answer, or why there is none. */
export interface Reply {
  readonly answer?: unknown
  readonly error?: { readonly code: string; readonly message: string }
  readonly isPassing?: boolean
}

/** What an ingester says to a question that it is too old for. */
export const UNKNOWN_QUESTION = 'Ingesters do not know the question'

/** The error of a reply. */
export function toError({ error, isPassing }: Reply): RelayError | Passing {
  const code = error && isErrorCode(error.code) ? error.code : 'UPSTREAM_FAILED'
  const failure = new RelayError(code, error?.message ?? 'The ingester failed to answer')
  return isPassing === true ? new Passing(failure) : failure
}

/** The reply that says what {@link toError} reads. */
export function toFailure(error: unknown, isPassing: (error: RelayError) => boolean): Reply {
  const passes = error instanceof Passing ? error.error : undefined
  const shown = passes ?? (error instanceof RelayError ? error : undefined)
  const { code, message } = shown ?? new RelayError('UPSTREAM_FAILED', 'The ingester failed to answer')
  return { error: { code, message }, isPassing: !shown || shown === passes || isPassing(shown) }
}

/** Answers questions for documents itself, in any number of messages. */
export type DocumentsAnswerer = (given: DocumentsQuestion, message: Msg) => Promise<void>

/** Has an ingester answer what relays ask. Gives what ends that. */
export function answerAll(
  { connection }: Nats,
  backbone: string,
  answers: Answers,
  answerDocuments: DocumentsAnswerer,
): () => void {
  const callback = (error: Error | null, message: Msg) => {
    // one that cannot be sent is asked for again
    if (!error) answer(message).catch(() => undefined)
  }
  const { one, all } = askSubjects(backbone)
  const subscriptions = [
    connection.subscribe(one, { queue: 'ingesters', callback }),
    connection.subscribe(all, { callback }),
  ]
  return () => {
    for (const subscription of subscriptions) subscription.unsubscribe()
  }

  async function answer(message: Msg): Promise<void> {
    try {
      const { question, given } = JSON.parse(message.string()) as Asked
      if (question === 'documents') return await answerDocuments(given, message)
      if (!Object.hasOwn(answers, question)) throw new RelayError('BAD_USER_INPUT', UNKNOWN_QUESTION)
      message.respond(JSON.stringify({ answer: await answers[question](given as never) }))
    } catch (error) {
      message.respond(JSON.stringify(toFailure(error, ({ code }) => code === 'UPSTREAM_FAILED')))
    }
  }
}

type Asked =
  | { readonly question: Question; readonly given: unknown }
  | { readonly question: 'documents'; readonly given: DocumentsQuestion }
