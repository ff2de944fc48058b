import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'

/** No request leaves this machine, whatever the browser would like to look up in the background. */
const OFFLINE_ARGS = ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--no-pings', '--no-first-run']

/**
 * Unpacks the browser of `@sparticuz/chromium`, with its fonts and libraries, once per machine and version.
 *
 * The package unpacks into the temporary folder itself and takes whatever lies there for complete; here it gets a
 * folder of its own, which takes its final name only when it is complete.
 *
 * @returns the folder: `chromium`, `fonts` and `al2023/lib` are in it.
 */
async function unpack(): Promise<string> {
  const require = createRequire(import.meta.url)
  const manifest = join(dirname(require.resolve('@sparticuz/chromium')), '../../package.json')
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string } // a package's manifest has one
  const folder = join(tmpdir(), `tailrace-chromium-${version}`)
  if (existsSync(folder)) return folder

  const staging = await mkdtemp(`${folder}-`)
  const { TMPDIR, AWS_EXECUTION_ENV, LD_LIBRARY_PATH, FONTCONFIG_PATH } = process.env
  // where the package asks: the folder, and whether to unpack the libraries too
  Object.assign(process.env, { TMPDIR: staging, AWS_EXECUTION_ENV: 'nodejs20.x' })
  try {
    const { default: packed } = await import('@sparticuz/chromium')
    await packed.executablePath()
  } finally {
    for (const [name, value] of Object.entries({ TMPDIR, AWS_EXECUTION_ENV, LD_LIBRARY_PATH, FONTCONFIG_PATH })) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
  // when another process was faster, its folder is as good
  await rename(staging, folder).catch(() => rm(staging, { recursive: true, force: true }))
  return folder
}

async function* toCandidates(): AsyncGenerator<LaunchOptions> {
  if (process.platform === 'linux' && process.arch === 'x64') {
    const folder = await unpack()
    const executablePath = join(folder, 'chromium')
    yield { executablePath }
    // a bare machine: with the libraries and fonts of the package
    const env = { ...process.env, LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_PATH: join(folder, 'fonts') }
    yield { executablePath, env }
  }
  // the package has a browser for Linux on x64 only; elsewhere an installed one has to do
  for (const channel of ['chrome', 'chromium', 'msedge']) yield { channel }
}

/**
 * Launches a headless Chromium that reaches nothing but this machine.
 *
 * @throws Error with the reason of each attempt, when there is no browser that starts.
 */
export async function launchChromium(): Promise<Browser> {
  const errors: unknown[] = []
  for await (const candidate of toCandidates()) {
    try {
      return await chromium.launch({ ...candidate, args: OFFLINE_ARGS, timeout: 20_000 })
    } catch (error) {
      errors.push(error)
    }
  }
  throw new AggregateError(errors, `No Chromium starts: ${errors.map(String).join('\n')}`)
}
