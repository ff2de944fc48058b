import { execFile } from 'node:child_process'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ROOT } from '../documents/blocks.ts'
import { createRelay } from '../../src/adapters/node/relay.ts'
import { usePrograms } from '../support/process/program.ts'
import { useRelay } from '../support/relay.ts'

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
const options = { url: process.env['RELAY'] ?? '', db: 'shop', coll: 'orders', webSocketImpl: WebSocket }

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
  const at = useRelay()
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

  it('show what there is and what happens, across the loss of a relay, and leave nothing open', async () => {
    const options = { mongoUri: at.deployment.uri, namespace: 'shop.orders' }
    const first = await createRelay({ ...options, port: 0 })
    const orders = at.deployment.client.db('shop').collection<{ _id: string }>('orders')
    await orders.insertOne({ _id: 'z' })
    const program = run([file], { RELAY: first.graphqlUrl, NODE_ENV: 'development' })
    const expectLast = (expected: object) =>
      vi.waitFor(() => {
        const line = program.stdout().trim().split('\n').at(-1) ?? ''
        expect(JSON.parse(line), program.stderr()).toMatchObject(expected)
      })
    await expectLast({ keys: ['z'], isCurrent: true, seen: [], state: 'live' })
    await orders.insertOne({ _id: 'a' })
    await expectLast({ keys: ['z', 'a'], seen: ['a'] })
    await first.stop()
    await orders.insertOne({ _id: 'b' })
    await orders.deleteOne({ _id: 'z' })
    const second = await createRelay({ ...options, port: Number(new URL(first.url).port) })
    at.onEnd(() => second.stop())
    await expectLast({ keys: ['a', 'b'], isCurrent: true, seen: ['a', 'b', 'z'], state: 'live' })
    program.child.kill('SIGTERM')
    await vi.waitFor(() => expect(second.stats().subscribers).toBe(0))
    expect(await program.exited).toBe(0)
    await orders.drop()
  })
})
