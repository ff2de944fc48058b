import type { ServerName } from './servers/process.ts'

/** What the compared servers are, for people. */
export const LABELS: Readonly<Record<ServerName, string>> = {
  tailrace: 'Tailrace',
  'yoga-shared': 'Yoga + graphql-ws, one change stream, a queue per subscriber',
  'yoga-cursors': 'Yoga + graphql-ws, a change stream per subscriber',
  bare: 'bare `ws`, one string for all',
  driver: 'a change stream of the driver alone',
}
