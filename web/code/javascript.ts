import { quote } from '../shell/quote.ts'
import { toArguments } from './arguments.ts'
import type { CodeView } from './code-view.ts'
import { fieldsOf, toOperation, toVariablesJs } from './operation.ts'

/** The address for WebSockets. */
function toSocketUrl(url: string): string {
  return url.replace(/^http/, 'ws')
}

/** The query as a template: it has no quotes, and no `${`. */
function toTemplate(view: CodeView, tag = ''): string {
  return `${tag}\`\n  ${toOperation(view).replaceAll('\n', '\n  ')}\n\``
}

/** A view with `tailrace/client`. */
export function toTailraceClient(view: CodeView, url: string): string {
  const fields = fieldsOf(view).filter((name) => name !== 'resumeToken' && name !== 'operationType')
  const options = [
    `url: ${quote(toSocketUrl(url))}`,
    ...toArguments(view).map(({ name, js }) => `${name}: ${js}`),
    `fields: [${fields.map(quote).join(', ')}]`,
  ]
  return `import { watch } from 'tailrace/client'

const changes = watch({
${options.map((option) => `  ${option},\n`).join('')}})
for await (const change of changes) {
  console.log(change.operationType, change.documentKey)
}
`
}

/** A view with Apollo Client. */
export function toApollo(view: CodeView, url: string): string {
  return `import { ApolloClient, gql, InMemoryCache } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { createClient } from 'tailrace/graphql-ws' // loses nothing when it reconnects

const client = new ApolloClient({
  link: new GraphQLWsLink(createClient({ url: ${quote(toSocketUrl(url))} })),
  cache: new InMemoryCache(),
})
const query = ${toTemplate(view, 'gql')}
const variables = ${toVariablesJs(view)}
client.subscribe({ query, variables, fetchPolicy: 'no-cache' }).subscribe({
  next: ({ data, error }) => console.log(error ?? data),
  error: (error) => console.error(error),
})
`
}

/** A view with urql. */
export function toUrql(view: CodeView, url: string): string {
  return `import { Client, subscriptionExchange } from '@urql/core'
import { createClient } from 'tailrace/graphql-ws' // loses nothing when it reconnects

const socket = createClient({ url: ${quote(toSocketUrl(url))} })
const client = new Client({
  url: ${quote(url)},
  preferGetMethod: false,
  exchanges: [
    subscriptionExchange({
      forwardSubscription: ({ query = '', variables }) => ({
        subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
      }),
    }),
  ],
})
const query = ${toTemplate(view)}
const variables = ${toVariablesJs(view)}
client.subscription(query, variables).subscribe(({ data, error }) => console.log(error ?? data))
`
}

/** A view with the `EventSource` of browsers, which continues by itself after the last event. */
export function toEventSource(view: CodeView, url: string): string {
  return `const query = ${toTemplate(view)}
const variables = ${toVariablesJs(view)}
const url = new URL(${quote(url)})
url.searchParams.set('query', query)
url.searchParams.set('variables', JSON.stringify(variables))
const source = new EventSource(url)
source.addEventListener('next', ({ data }) => console.log(JSON.parse(data)))
// the relay has ended it; without this, EventSource begins again
source.addEventListener('complete', () => source.close())
`
}
