import { readFileSync } from 'node:fs'

/** Tailrace's version, from the package; the same way from `src/` and from `dist/`. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  // our own file
  return (JSON.parse(text) as { readonly version: string }).version
}
