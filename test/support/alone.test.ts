import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ALONE } from './alone.ts'

// what acts on all of a server: fail points, and sessions of all clients; and the one database of hostile callers
const SERVER_WIDE = /runSpecTest|\.failCommand\(|killAllSessions|SHORT_FAULTS|startRelayUnderTest|runSession\(RELAY/

it('lists each file that acts on all of a server, so that it runs alone on a given one', () => {
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((file) => `test/${file.replaceAll('\\', '/')}`)
    .filter(
      (file) => file.endsWith('.test.ts') && !/^test\/(engine|conformance\/unified|fuzz\/engine|support)/.test(file),
    )
  const found = files.filter((file) => SERVER_WIDE.test(readFileSync(file, 'utf8')))
  expect(found.toSorted()).toEqual(ALONE)
})
