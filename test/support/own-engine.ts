/**
 * The tests that start an embedded engine in their process even where `MONGODB_URI` gives a deployment, by file or
 * folder, with the reason. All others run against what is given, or fail.
 */
export const OWN_ENGINE: Readonly<Record<string, string>> = {
  'test/engine/': 'the engine is what they test',
  'test/conformance/': 'what a server answered is compared with what the engine answers',
  'test/documents/': 'what the documents say is tried as a reader without a server would',
  'test/relay/changes/where/agreement.test.ts':
    'asks for every generated filter in the process; `against-deployment` asks a server',
  'test/relay/mongo/failures/reason.test.ts':
    'a server that is no replica set of another name, speaks no TLS and has no users',
  'test/relay/mongo/srv-outages.test.ts': 'the DNS of the test names a server on this machine, which restarts',
  'test/adapters/node/relay.test.ts': 'whether, and on which port, a relay starts an engine',
  'test/relay/graphql/order.test.ts': 'the sandbox writes to an engine only',
  'test/relay/graphql/values.test.ts': 'the sandbox writes to an engine only',
  'test/client/quiet-watch.test.ts': 'the oplog forgets what was written a moment ago',
  'test/client/gap.test.ts': 'the oplog forgets what was written a moment ago',
  'test/relay/transport/log/log-access.test.ts': 'the oplog forgets what was written a moment ago',
  'test/relay/backbone/oplog.test.ts': 'the oplog forgets what was written a moment ago',
  'test/relay/backbone/other-deployment.test.ts': 'it takes a second deployment',
  'test/cli/types/print-types.test.ts': 'where no deployment is given, the types are those of an engine',
  'test/web/code/programs.test.ts': 'the code is typed as a newcomer would, at a relay without a server',
  'test/web/diff/real-updates.test.ts': 'every generated update is made in the process',
  'test/browser/page.test.ts': 'the page of a relay with an embedded engine offers its sandbox',
}

/** Why a file may start an engine whatever is given; `undefined` where it may not. */
export function reasonForEngine(file: string): string | undefined {
  return Object.entries(OWN_ENGINE).find(([path]) => (path.endsWith('/') ? file.startsWith(path) : file === path))?.[1]
}
