import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { transform } from 'esbuild'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { toSnippets, type Snippet } from '../../web/code/snippets.ts'
import { ROOT } from '../documents/blocks.ts'
import { address, usePrograms } from '../support/process/program.ts'
import { HOSTILE, PLAIN } from '../web/code/views.ts'

// What the live page gives to copy, for the clients that are here only.

/** Inside of what the programs import from. */
const FOLDER = join(import.meta.dirname, 'node_modules/.page-code')

/** What a browser has. */
const IN_A_PAGE = `import { WebSocket } from 'ws'\nglobalThis.WebSocket ??= WebSocket\n`

const COMPILER = {
  ...{ module: 'nodenext', target: 'es2023', strict: true, skipLibCheck: true, noEmit: true, types: [] },
  lib: ['es2023', 'dom', 'dom.iterable'],
}

const VIEW = { ...PLAIN, db: 'shop', coll: 'orders', where: JSON.stringify({ 'fullDocument.text': HOSTILE }) }

const IDS = ['apollo', 'urql'] as const

function codeOf(id: Snippet['id'], url: string): string {
  return toSnippets(VIEW, url).find((snippet) => snippet.id === id)?.code ?? ''
}

describe('what the live page gives to copy', () => {
  const start = usePrograms()
  const run = usePrograms([])

  beforeAll(async () => {
    await mkdir(FOLDER, { recursive: true })
    await writeFile(join(FOLDER, 'package.json'), '{ "type": "module" }')
    await writeFile(join(FOLDER, 'in-a-page.js'), IN_A_PAGE)
  })
  afterAll(() => rm(FOLDER, { recursive: true, force: true }))

  it('has the types of the clients', async () => {
    for (const id of IDS) await writeFile(join(FOLDER, `${id}.ts`), codeOf(id, 'http://localhost:8888/graphql'))
    await writeFile(join(FOLDER, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER, include: ['*.ts'] }))
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
    const compiled = await promisify(execFile)(process.execPath, [compiler, '-p', FOLDER]).catch(
      (error: unknown) => error,
    )
    expect(compiled).toMatchObject({ stdout: '' })
  })

  it.each(IDS)('shows the changes of the view: %s', async (id) => {
    const relay = start(['--port', '0'])
    const url = new URL('graphql', await address(relay, 'GraphiQL')).href
    const { code } = await transform(codeOf(id, url), { loader: 'ts' })
    await writeFile(join(FOLDER, `${id}.js`), code)
    const program = run(['--import', join(FOLDER, 'in-a-page.js'), join(FOLDER, `${id}.js`)])
    const client = new MongoClient(await address(relay, 'MongoDB'))
    try {
      await vi.waitFor(async () => {
        for (const text of ['other', HOSTILE]) await client.db('shop').collection('orders').insertOne({ text })
        expect(program.stdout(), program.stderr()).toContain("operationType: 'insert'")
      })
      expect(program.stdout()).not.toContain("text: 'other'")
      expect(program.stderr()).toBe('')
    } finally {
      await client.close()
    }
  })
})
