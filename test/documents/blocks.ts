import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** The folder of the package. */
export const ROOT = resolve(import.meta.dirname, '../..')

/** A page of documentation. */
export interface Page {
  /** Its path in the package, such as `docs/engine.md`. */
  readonly path: string
  readonly text: string
}

/** A fenced block of code in a page. */
export interface Block {
  /** Where it is, such as `docs-engine-12`: the page, and the line that it starts at. */
  readonly name: string
  /** What the fence says, such as `ts`, or `js mongosh` for what is typed into a shell. */
  readonly kind: string
  readonly text: string
}

/** Every page that a reader of the package gets, in the order of their names. */
export const PAGES: readonly Page[] = ['.', 'docs']
  .flatMap((folder) => readdirSync(resolve(ROOT, folder)).map((name) => (folder === '.' ? name : `${folder}/${name}`)))
  .filter((path) => path.endsWith('.md'))
  .sort()
  .map((path) => ({ path, text: readFileSync(resolve(ROOT, path), 'utf8') }))

/** Every block of code in them. */
export const BLOCKS: readonly Block[] = PAGES.flatMap(({ path, text }) =>
  [...text.matchAll(/^```([a-z]+(?: [a-z]+)?)\n([\s\S]*?)^```$/gm)].map(({ index, 1: kind = '', 2: code = '' }) => ({
    name: `${path.replace(/\.md$/, '').replaceAll('/', '-')}-${text.slice(0, index).split('\n').length}`,
    kind,
    text: code,
  })),
)

/** The blocks of a kind, by their names; at least one, so that a test cannot pass for want of blocks. */
export function blocksOf(...kinds: readonly string[]): (readonly [name: string, text: string])[] {
  const found = BLOCKS.filter(({ kind }) => kinds.includes(kind)).map(({ name, text }) => [name, text] as const)
  if (found.length === 0) throw new Error(`No page has a block of the kind ${kinds.join(' or ')}`)
  return found
}

/** What stands in the first cells of tables, where it is code. */
export function firstCells(text: string): string[] {
  return [...text.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, cell = '']) => cell)
}
