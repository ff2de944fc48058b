import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll } from 'vitest'
import { describeAdapter } from '../adapters/adapter-suite.ts'
import { relayIn } from './runtimes.ts'

const PROGRAMS = join(import.meta.dirname, 'programs')

const folder = await mkdtemp(join(tmpdir(), 'tailrace-worker-'))
const worker = join(folder, 'worker.mjs')

beforeAll(async () => {
  const args = [join(PROGRAMS, 'bundle-worker.js'), join(PROGRAMS, 'worker.js'), worker]
  await promisify(execFile)(process.execPath, args)
})

afterAll(() => rm(folder, { recursive: true }))

describeAdapter('in workerd', relayIn('workerd', worker))
