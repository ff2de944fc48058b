import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { blocksOf, ROOT } from '../documents/blocks.ts'

const run = promisify(execFile)

/** Inside of what the generators import from. */
const FOLDER = join(import.meta.dirname, 'node_modules/.types')

const SCHEMA = 'node_modules/tailrace/schema/schema.graphql'

const QUERY = `subscription Orders($where: EJSON) {
  changes(db: "shop", where: $where, fullDocument: UPDATE_LOOKUP) { resumeToken clusterTime wallTime documentKey txnNumber }
}`

/** Compiles where the scalars have the types that the page says. */
const USE = `
const token: string | undefined = change?.resumeToken
const seconds: number | undefined = change?.clusterTime?.$timestamp.t
const [time, number]: (string | null | undefined)[] = [change?.wallTime, change?.txnNumber]
// @ts-expect-error a document has any form
change?.documentKey?._id
void [token, seconds, time, number]
`

const COMPILER = {
  ...{ module: 'nodenext', target: 'es2023', strict: true, skipLibCheck: true, noEmit: true, lib: ['es2023'] },
  types: [],
}

function only(kind: string): string {
  const [[, text] = expect.fail(kind)] = blocksOf(kind)
  return text.replaceAll(SCHEMA, join(ROOT, 'schema/schema.graphql'))
}

async function project(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(FOLDER, name)
  await mkdir(join(folder, 'src'), { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text)
  return folder
}

async function compile(folder: string): Promise<void> {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  const compiled = await run(process.execPath, [compiler, '-p', folder]).catch((error: unknown) => error)
  expect(compiled).toMatchObject({ stdout: '' })
}

describe('the types that generators make of the schema', () => {
  afterAll(() => rm(FOLDER, { recursive: true, force: true }))

  it('are those that docs/clients.md says: graphql-codegen', async () => {
    const folder = await project('codegen', {
      'codegen.ts': only('ts codegen'),
      'src/orders.graphql': QUERY,
      'src/use.ts': `import type { OrdersSubscription } from './operations.js'
declare const change: OrdersSubscription['changes'] | undefined${USE}`,
      'tsconfig.json': JSON.stringify({ compilerOptions: COMPILER, include: ['src'] }),
    })
    const codegen = join(ROOT, 'node_modules/@graphql-codegen/cli/esm/bin.js')
    await run(process.execPath, [codegen, '--config', 'codegen.ts'], { cwd: folder })
    await compile(folder)
  })

  it('are those that docs/clients.md says: gql.tada', async () => {
    const { compilerOptions } = JSON.parse(only('json tada')) as { compilerOptions: object }
    const folder = await project('tada', {
      'src/graphql.ts': only('ts tada'),
      'src/use.ts': `import { type ResultOf } from 'gql.tada'
import { graphql } from './graphql.js'
const query = graphql(\`${QUERY}\`)
declare const change: ResultOf<typeof query>['changes'] | undefined${USE}`,
      'tsconfig.json': JSON.stringify({ compilerOptions: { ...COMPILER, ...compilerOptions }, include: ['src'] }),
    })
    const tada = join(import.meta.dirname, 'node_modules/gql.tada/bin/cli.js')
    await run(process.execPath, [tada, 'generate-output'], { cwd: folder })
    await compile(folder)
  })
})
