/**
 * Runs the relay's tests in other runtimes and in other people's servers, for which it installs their packages where
 * that has not been done. Skips them, and says so, where that cannot be done.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const HERE = import.meta.dirname
const ROOT = join(HERE, '../..')

/** Of which packages what is installed is made. */
const INSTALLED = join(HERE, 'node_modules/.installed')

/** How long fetching may take, in milliseconds. */
const PATIENCE_MS = 300_000

if (!existsSync(join(ROOT, 'dist/handler.js'))) {
  console.error('The package is not built: run `npm run build` first')
  process.exit(1)
}
if (!install()) {
  console.error(
    'SKIPPED: the packages of test/runtimes cannot be fetched, so that Bun, Deno, workerd and servers of others are not tested',
  )
  process.exit(0)
}
const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
const args = [vitest, 'run', '--config', join(HERE, 'vitest.config.ts'), ...process.argv.slice(2)]
process.exit(spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }).status ?? 1)

function install() {
  const wanted = readFileSync(join(HERE, 'package-lock.json'), 'utf8')
  if (!existsSync(INSTALLED) || readFileSync(INSTALLED, 'utf8') !== wanted) {
    if (!fetchPackages()) return false
    writeFileSync(INSTALLED, wanted)
  }
  link()
  return true
}

function fetchPackages() {
  const flags = ['ci', '--no-audit', '--no-fund', '--fetch-retries=1']
  const shell = process.platform === 'win32'
  const { status } = spawnSync('npm', flags, { cwd: HERE, stdio: 'inherit', timeout: PATIENCE_MS, shell })
  return status === 0
}

// not by npm, which would see to the dependencies of the project, too
function link() {
  const linked = join(HERE, 'node_modules/tailrace')
  rmSync(linked, { recursive: true, force: true })
  mkdirSync(linked)
  copyFileSync(join(ROOT, 'package.json'), join(linked, 'package.json'))
  // not the whole folder, which this one is in
  symlinkSync(join(ROOT, 'dist'), join(linked, 'dist'), 'junction')
}
