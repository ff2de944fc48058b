import { serveParent } from '../../support/process/serve-parent.ts'
import { startBareServer } from './bare.ts'
import { startDriver, waitForDocument } from './driver.ts'
import { startTailrace } from './tailrace.ts'
import { startYoga } from './yoga.ts'
import { cursorPerSubscriber, sharedCursor } from './yoga-sources.ts'

/** The servers that are compared. Each serves `changes` of the collection `c`, and gives its WebSocket address. */
const SERVERS = {
  tailrace: startTailrace,
  'yoga-shared': (uri: string) => startYoga(sharedCursor(uri)),
  'yoga-cursors': (uri: string) => startYoga(cursorPerSubscriber(uri)),
  bare: startBareServer,
  driver: startDriver,
} as const

/** The name of a server that is compared. */
export type ServerName = keyof typeof SERVERS

serveParent({
  // the names come from the benchmarks
  start: ({ name, uri }: { readonly name: ServerName; readonly uri: string }) => SERVERS[name](uri),
  last: waitForDocument,
})
