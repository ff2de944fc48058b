import { buildSchema, parse, validate } from 'graphql'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileWhere } from '../../src/relay/changes/where.ts'
import { checkConfig } from '../../src/cli/check-config.ts'
import { readCommand } from '../../src/cli/command.ts'
import { ACTIONS } from '../../src/cli/read-args.ts'
import { flagOf } from '../../src/relay/options/option.ts'
import { SETTING_ROWS } from '../../src/relay/options/table.ts'
import { ERROR_CODES } from '../../src/errors.ts'
import { blocksOf, firstCells, PAGES, ROOT } from './blocks.ts'

const read = (path: string) => readFileSync(resolve(ROOT, path), 'utf8')
const schema = buildSchema(read('schema/schema.graphql') + read('schema/sandbox.graphql'))
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
const pages = PAGES.map(({ path, text }) => [path, text] as const)

/** The programs that are run with a page's blocks of these kinds in them. */
const RECIPES = [
  ['express', 'mounts/express.js'],
  ['fastify', 'mounts/fastify.js'],
  ['hono', 'mounts/hono-node.js'],
  ['bun', 'mounts/hono-bun.js'],
  ['next', 'mounts/next/route.js'],
  ['lambda', 'mounts/lambda.js'],
  ['cloudflare', 'worker.js'],
] as const

/** What npm knows without a script of that name. */
const NPM_COMMANDS = ['ci', 'install', 'pack']

/** Flags of other programs, which pages name as well. */
const OTHERS_FLAGS = ['replSet']

/** The commands of a block for a shell, each in its words. */
function commandsOf(text: string): string[][] {
  return text
    .replaceAll('\\\n', ' ')
    .replaceAll(/(^|\s)#.*$/gm, '')
    .replaceAll(/\s>\s*\S+/g, '')
    .split(/\n|&&|\|/)
    .map((line) => [...line.matchAll(/'([^']*)'|"((?:\\.|[^"])*)"|\S+/g)].map(([word, a, b]) => a ?? b ?? word))
    .filter((words) => words.length > 0)
}

/** The arguments of `tailrace` in a command, however it is started; undefined where something else is. */
function argumentsOf([program = '', ...args]: readonly string[]): string[] | undefined {
  if (program === 'tailrace') return args
  if (program === 'npx' && args[0] === 'tailrace') return args.slice(1)
  if (program === 'npm' && args[0] === 'start') return args.slice(args[1] === '--' ? 2 : 1)
  return undefined
}

/** A page’s headings as its links name them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  )
}

describe('what the documentation says', () => {
  it.each(blocksOf('sh'))('is typed with scripts and flags that exist: %s', async (_name, text) => {
    for (const command of commandsOf(text)) {
      if (command[0] === 'npm') {
        const name = command[1] === 'run' ? command[2] : command[1]
        expect([...NPM_COMMANDS, ...Object.keys(scripts)]).toContain(name)
      }
      const args = argumentsOf(command)?.filter((arg, at, all) => arg !== '--config' && all[at - 1] !== '--config')
      if (args !== undefined) await expect(readCommand(args, {})).resolves.toBeDefined()
      for (const [, query = ''] of command.join(' ').matchAll(/query(?:":"|=)(.*?\})(?:"\}|$| http)/g)) {
        expect(validate(schema, parse(query.replaceAll('\\"', '"')))).toEqual([])
      }
    }
  })

  it.each(blocksOf('graphql'))('is valid by the schema: %s', (_name, text) => {
    expect(validate(schema, parse(text))).toEqual([])
  })

  it.each(blocksOf('json'))('is a configuration that a relay starts with: %s', async (_name, text) => {
    const folder = await mkdtemp(join(tmpdir(), 'tailrace-documents-'))
    const env: Record<string, string> = {}
    const secret = 'mongodb://localhost:27017/?replicaSet=a-secret'
    for (const [, name = ''] of text.matchAll(/"\$env": "(\w+)"/g)) env[name] = secret
    for (const [, name = ''] of text.matchAll(/"\$file": "\/run\/secrets\/([\w-]+)"/g)) {
      await writeFile(join(folder, name), secret)
    }
    const path = join(folder, 'config.json')
    await writeFile(path, text.replaceAll('/run/secrets/', `${folder}/`))
    try {
      const command = await readCommand(['--check-config', '--config', path], env)
      await checkConfig('config' in command ? command.config : expect.fail('It is no configuration'))
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it.each(RECIPES)('mounts a relay by lines that a program of the tests has: %s', (kind, program) => {
    const lines = read(join('test/runtimes/programs', program)).split('\n')
    for (const [, text] of blocksOf(`js ${kind}`)) {
      let from = 0
      for (const line of text.split('\n').filter((one) => one !== '')) {
        const at = lines.indexOf(line, from)
        expect([line, at >= 0]).toEqual([line, true])
        from = at + 1
      }
    }
  })

  it.each(pages)('names flags that exist: %s', (_path, text) => {
    const flags = [...SETTING_ROWS.map(([key, row]) => flagOf(key, row)), ...ACTIONS.map(([flag]) => flag)]
    const known = new Set([...flags, ...flags.map((flag) => `no-${flag}`), ...OTHERS_FLAGS])
    const named = [...text.matchAll(/(?<![\w-])--([a-zA-Z][\w-]*)\b/g)].map(([, flag = '']) => flag)
    expect(named.filter((flag) => !known.has(flag))).toEqual([])
  })

  it.each(pages)('names scripts that exist: %s', (_path, text) => {
    const named = [...text.matchAll(/npm run ([\w-]+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
  })

  it.each(pages)('links to what is there: %s', (path, text) => {
    const wrong = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].filter(([, file = '', anchor]) => {
      const target = file === '' ? path : join(dirname(path), file)
      return !existsSync(resolve(ROOT, target)) || (anchor !== undefined && !anchorsOf(read(target)).includes(anchor))
    })
    expect(wrong.map(([link]) => link)).toEqual([])
  })

  it('explains every error code, once', () => {
    const codes: string[] = Object.keys(ERROR_CODES)
    const explained = PAGES.flatMap(({ text }) => firstCells(text)).filter((cell) => codes.includes(cell))
    expect(explained.sort()).toEqual(codes.sort())
    const [, table = ''] = /^## Error codes$([^]*)/m.exec(read('docs/delivery.md')) ?? []
    expect(firstCells(table).sort()).toEqual(codes)
  })

  it('lists the operators that `where` takes, as a refusal does', () => {
    const [, operators = ''] = /^It takes (.*?), and they mean/ms.exec(read('docs/filters.md')) ?? []
    const list = operators.replaceAll('`', '').replaceAll('\n', ' ')
    expect(() => compileWhere(new Map([['$where', '']]))).toThrow(`allowed are ${list}`)
  })

  it('says of every limit what happens to those who are over it', () => {
    const [, table = ''] = /^## Limits$([^]*?)^## /m.exec(read('docs/operations.md')) ?? []
    const named = [...table.matchAll(/`([a-z]+[A-Z]\w+)`/g)].map(([, name = '']) => name)
    const settings: string[] = SETTING_ROWS.map(([key]) => key)
    expect(named.filter((name) => !settings.includes(name))).toEqual([])
    const limits = settings.filter((key) => key.startsWith('max') && key !== 'maxAwaitTimeMs')
    expect(limits.filter((key) => !named.includes(key))).toEqual([])
  })
})
