import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchChromium } from './chromium.ts'

/** What the tests of a file share; there within tests only. */
export interface BrowserFixture {
  readonly browser: Browser
  /** The folder of the page, built from the sources as they are now. */
  readonly pageRoot: string
}

/** Builds the page and launches one browser for the tests of a file, and closes it after them. */
export function useBrowser(): BrowserFixture {
  let current: BrowserFixture | undefined

  beforeAll(async () => {
    const pageRoot = await mkdtemp(join(tmpdir(), 'tailrace-page-'))
    await promisify(execFile)(process.execPath, ['web/build.js', pageRoot])
    current = { pageRoot, browser: await launchChromium() }
  })

  afterAll(async () => {
    await current?.browser.close()
    if (current !== undefined) await rm(current.pageRoot, { recursive: true })
  })

  function now(): BrowserFixture {
    if (current === undefined) throw new Error('The browser is there within a test only')
    return current
  }

  return {
    get browser() {
      return now().browser
    },
    get pageRoot() {
      return now().pageRoot
    },
  }
}
