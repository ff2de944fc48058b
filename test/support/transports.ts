import { print } from 'graphql'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWsClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { ignoreError } from '../../src/errors.ts'
import {
  ChangesDocument,
  type ChangesSubscription,
  type ChangesSubscriptionVariables,
} from '../operations.generated.ts'
import { collect, type Sink, type TestSubscription } from './subscription.ts'

/** A transport with its stock client. */
export interface TestTransport {
  readonly name: string
  /** Subscribes with the tests' operation, or with another one; `headers` are those of HTTP or of `connection_init`. */
  subscribe(
    graphqlUrl: string,
    variables: ChangesSubscriptionVariables,
    query?: string,
    headers?: Record<string, string>,
  ): TestSubscription
}

const CHANGES = print(ChangesDocument)

/** The `graphql-ws` client. One socket for each subscription. */
export const webSocket: TestTransport = {
  name: 'WebSocket',
  subscribe: (graphqlUrl, variables, query = CHANGES, headers = {}) =>
    collect((sink) => {
      const client = createWsClient({
        url: graphqlUrl.replace('http', 'ws'),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: headers,
      })
      const dispose = () => void Promise.resolve(client.dispose()).catch(ignoreError('it had not connected yet'))
      const unsubscribe = client.subscribe<ChangesSubscription>(
        { query, variables },
        {
          ...sink,
          error(error) {
            sink.error(error)
            // a client without subscriptions would throw when its socket is closed
            dispose()
          },
        },
      )
      return () => {
        unsubscribe()
        dispose()
      }
    }),
}

/** The `graphql-sse` client in distinct connections mode. */
export const eventStream: TestTransport = {
  name: 'server-sent events',
  subscribe: (graphqlUrl, variables, query = CHANGES, headers = {}) =>
    collect((sink) => {
      const client = createSseClient({ url: graphqlUrl, singleConnection: false, retryAttempts: 0, headers })
      // what arrives is JSON, although the client's types say otherwise
      const next = (result: unknown) => sink.next(result as Parameters<Sink['next']>[0])
      const unsubscribe = client.subscribe({ query, variables }, { ...sink, next })
      return () => {
        unsubscribe()
        client.dispose()
      }
    }),
}
