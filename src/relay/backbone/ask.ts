import type { Msg } from '@nats-io/transport-node'
import { isErrorCode, RelayError } from '../../errors.ts'
import { raceSignal } from '../../util/waiting/race-signal.ts'
import type { ListedNamespace } from '../changes/origin.ts'
import { ANSWER_MS, type Broker, type Nats } from './connection.ts'
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
      const { error, isPassing, answer } = reply.json<Reply>()
      if (error === undefined) return answer as never
      const failure = new RelayError(isErrorCode(error.code) ? error.code : 'UPSTREAM_FAILED', error.message)
      throw isPassing === true ? new Passing(failure) : failure
    },
  }
}

/** How long one ingester may take before all are asked, in milliseconds. */
const FIRST_MS = 500

function isTimeout(cause: unknown): boolean {
  return cause instanceof Error && /timeout/i.test(`${cause.name} ${cause.message}`)
}

interface Reply {
  readonly answer?: unknown
  readonly error?: { readonly code: string; readonly message: string }
  readonly isPassing?: boolean
}

/** Has an ingester answer what relays ask. Gives what ends that. */
export function answerAll({ connection }: Nats, backbone: string, answers: Answers): () => void {
  const callback = (error: Error | null, message: Msg) => {
    if (error) return
    answer(message.string()).then(
      (reply) => message.respond(JSON.stringify(reply)),
      () => undefined,
    )
  }
  const { one, all } = askSubjects(backbone)
  const subscriptions = [
    connection.subscribe(one, { queue: 'ingesters', callback }),
    connection.subscribe(all, { callback }),
  ]
  return () => {
    for (const subscription of subscriptions) subscription.unsubscribe()
  }

  async function answer(text: string): Promise<Reply> {
    try {
      const { question, given } = JSON.parse(text) as { readonly question: Question; readonly given: never }
      if (!Object.hasOwn(answers, question))
        throw new RelayError('BAD_USER_INPUT', 'Ingesters do not know the question')
      return { answer: await answers[question](given) }
    } catch (error) {
      const { code, message } =
        error instanceof RelayError ? error : new RelayError('UPSTREAM_FAILED', 'The ingester failed to answer')
      return { error: { code, message }, isPassing: code === 'UPSTREAM_FAILED' }
    }
  }
}
