import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

/** A file for `startProcess`, with all that it imports. */
export interface Bundle {
  readonly file: URL
  remove(): Promise<void>
}

/** Bundles a file for `startProcess`: it starts in a fifth of the time, where many are started. */
export async function bundleProcess(file: URL): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'tailrace-process-'))
  const outfile = join(folder, 'process.cjs')
  await build({
    entryPoints: [fileURLToPath(file)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
  })
  return { file: pathToFileURL(outfile), remove: () => rm(folder, { recursive: true, force: true }) }
}
