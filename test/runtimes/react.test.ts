import { execFile } from 'node:child_process'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ROOT } from '../documents/blocks.ts'
import { address, usePrograms } from '../support/process/program.ts'
import { useDeployment } from '../support/use-deployment.ts'

/** Where `react` is found. */
const FOLDER = join(import.meta.dirname, 'node_modules/.react')

/** An application: prints what is rendered. */
const PROGRAM = `
import { createElement, StrictMode, useState } from 'react'
import { create } from 'react-test-renderer'
import { WebSocket } from 'ws'
import { useChanges } from './use-changes.ts'
import { useCollection } from './use-collection.ts'

interface Order { readonly _id: string }
const options = { url: process.env['RELAY'] ?? '', db: process.env['DB'] ?? '', coll: 'orders', webSocketImpl: WebSocket }

function Orders() {
  const { documents, isCurrent, error } = useCollection<Order>(options)
  const [seen, see] = useState<readonly string[]>([])
  const { status } = useChanges<Order>(options, ({ documentKey }) => see((all) => [...all, documentKey?._id ?? '']))
  return JSON.stringify({ keys: documents.map(({ _id }) => _id), isCurrent, error, seen, state: status.state })
}

const { unmount, toJSON } = create(createElement(StrictMode, null, createElement(Orders)))
let last: unknown
const timer = setInterval(() => {
  if (toJSON() !== last) console.log(last = toJSON())
}, 20)
process.once('SIGTERM', () => {
  clearInterval(timer)
  unmount()
})
`

describe('hooks for React', () => {
  const at = useDeployment()
  const start = usePrograms()
  const run = usePrograms([])
  let file = ''

  beforeAll(async () => {
    await mkdir(FOLDER, { recursive: true })
    await cp(join(ROOT, 'examples/react'), FOLDER, { recursive: true })
    const entry = join(FOLDER, 'program.ts')
    await writeFile(entry, PROGRAM)
    file = join(FOLDER, 'program.mjs')
    await build({ entryPoints: [entry], outfile: file, bundle: true, packages: 'external', format: 'esm' })
  })
  afterAll(() => rm(FOLDER, { recursive: true, force: true }))

  it('have types', async () => {
    const types = {
      lib: ['es2023', 'dom'],
      types: ['react'],
      typeRoots: [join(import.meta.dirname, 'node_modules/@types')],
    }
    const how = { module: 'nodenext', target: 'es2023', strict: true, skipLibCheck: true, noEmit: true, ...types }
    const files = ['use-changes.ts', 'use-collection.ts']
    await writeFile(join(FOLDER, 'tsconfig.json'), JSON.stringify({ compilerOptions: how, files }))
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
    const compiled = await promisify(execFile)(process.execPath, [compiler, '-p', FOLDER]).catch(
      (error: unknown) => error,
    )
    expect(compiled).toMatchObject({ stdout: '' })
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'show what there is and what happens, across a relay ended by %s',
    async (signal) => {
      const startRelay = async (port: string) => {
        const place = ['--port', port, '--metrics-port', '0']
        const relay = start(['--mongo', at.uri, '--ns', `${at.db}.orders`, '--log-level', 'error', ...place])
        const url = new URL(await address(relay, 'Live page'))
        return { relay, url, metricsUrl: await address(relay, 'Metrics') }
      }
      const first = await startRelay('0')
      const orders = at.client.db(at.db).collection<{ _id: string }>('orders')
      await orders.insertOne({ _id: 'z' })
      const program = run([file], { RELAY: `${first.url.href}graphql`, DB: at.db, NODE_ENV: 'development' })
      const expectLast = (expected: object) =>
        vi.waitFor(() => {
          const line = program.stdout().trim().split('\n').at(-1) ?? ''
          expect(JSON.parse(line), program.stderr()).toMatchObject(expected)
        })
      await expectLast({ keys: ['z'], isCurrent: true, seen: [], state: 'live' })
      await orders.insertOne({ _id: 'a' })
      await expectLast({ keys: ['z', 'a'], seen: ['a'] })
      first.relay.child.kill(signal)
      await first.relay.exited
      await orders.insertOne({ _id: 'b' })
      await orders.deleteOne({ _id: 'z' })
      const second = await startRelay(first.url.port)
      await expectLast({ keys: ['a', 'b'], isCurrent: true, seen: ['a', 'b', 'z'], state: 'live' })
      program.child.kill('SIGTERM')
      const metrics = async () => (await fetch(second.metricsUrl)).text()
      await vi.waitFor(async () => expect(await metrics()).toMatch(/^tailrace_subscriptions 0$/m))
      expect(await program.exited).toBe(0)
    },
  )
})
