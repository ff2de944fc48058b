import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createRelay } from '../../src/adapters/node/relay.ts'
import { OWN_ENGINE, reasonForEngine } from './own-engine.ts'
import { takeStarted } from './given-deployment.ts'

/** What starts an engine in the process of a test; strings in programs that run elsewhere are none. */
const STARTS =
  /^import .*startEngine\b.* from '\.|(support\/engine|use-lost-relay)\.ts|startRig\(at\.pageRoot, null|^ .* createRelay\(\{ port: 0 \}\)$/m

it('lists no file and no folder that starts no engine', () => {
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((file) => `test/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.test.ts'))
  const starting = files.filter((file) => STARTS.test(readFileSync(file, 'utf8')))
  const needless = Object.keys(OWN_ENGINE).filter((path) => !starting.some((file) => file.startsWith(path)))
  expect(needless).toEqual([])
  expect(starting.filter((file) => reasonForEngine(file) === undefined)).toEqual([])
})

it.runIf(process.env['MONGODB_URI'])('has no engine started beside a deployment that is given', async () => {
  await expect(createRelay({ port: 0 })).rejects.toThrow('although MONGODB_URI gives a deployment')
  // it would be counted against this very test
  expect(takeStarted()).toBe(1)
})
