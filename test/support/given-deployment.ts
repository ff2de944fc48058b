import { relative } from 'node:path'
import { afterEach, expect, vi } from 'vitest'
import type * as EngineModule from '../../src/engine/engine.ts'
import { reasonForEngine } from './own-engine.ts'

const ROOT = process.cwd()
let started = 0

/** The test's file, from the project's folder; known while its tests and hooks run. */
function testFile(): string {
  return relative(ROOT, expect.getState().testPath ?? '').replaceAll('\\', '/')
}

/** How many engines were to be started since this was asked last. */
export function takeStarted(): number {
  const count = started
  started = 0
  return count
}

// With MONGODB_URI, a test that starts an engine in its process fails, unless it is of the few that must: a suite that
// quietly has a server of its own would say nothing of the given one.
if (process.env['MONGODB_URI']) {
  vi.doMock('../../src/engine/engine.ts', async (original) => {
    const engine = await original<typeof EngineModule>()
    const startEngine: typeof EngineModule.startEngine = async (options) => {
      if (reasonForEngine(testFile()) !== undefined) return engine.startEngine(options)
      started++
      throw new Error('An embedded engine was to be started, although MONGODB_URI gives a deployment')
    }
    return { ...engine, startEngine }
  })
}

/**
 * Has each test of a file fail that was to start an engine it has no reason for. To be called for each file: files
 * share this module.
 */
export function checkEngines(): void {
  // also where what refused it was caught
  afterEach(() => {
    const count = takeStarted()
    const advice = 'use openDeployment, or give the reason in test/support/own-engine.ts'
    expect(count, `embedded engines that ${testFile()} was to start: ${advice}`).toBe(0)
  })
}
