import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll } from 'vitest'

/**
 * Bundles a file for `startProcess` before the tests of a file: it starts in a fifth of the time, for tests that start
 * many. Gives where the bundle is.
 */
export function useBundle(file: URL): () => URL {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tailrace-process-'))
    await build({
      entryPoints: [fileURLToPath(file)],
      outfile: join(folder, 'process.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'silent',
    })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  return () => pathToFileURL(join(folder, 'process.cjs'))
}
