import { Timestamp } from 'bson'
import { isErrorCode, RelayError } from '../../errors.ts'
import { raceSignal } from '../../util/waiting/race-signal.ts'
import type { ListedNamespace } from '../changes/origin.ts'
import { ANSWER_MS, type Broker, type Nats } from './connection.ts'
import { askSubject, type LoggedStream } from './names.ts'
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
      const asking = connection.request(askSubject(backbone), text, { timeout: ANSWER_MS })
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

interface Reply {
  readonly answer?: unknown
  readonly error?: { readonly code: string; readonly message: string }
  readonly isPassing?: boolean
}

/** Has an ingester answer what relays ask. Gives what ends that. */
export function answerAll({ connection }: Nats, backbone: string, answers: Answers): () => void {
  const subscription = connection.subscribe(askSubject(backbone), {
    queue: 'ingesters',
    callback(error, message) {
      if (error) return
      answer(message.string()).then(
        (reply) => message.respond(JSON.stringify(reply)),
        () => undefined,
      )
    },
  })
  return () => subscription.unsubscribe()

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

/** The cluster time, of an ingester. */
export async function askTime(asker: Asker, signal: AbortSignal): Promise<Timestamp> {
  return new Timestamp(await asker.ask('time', {}, signal))
}
