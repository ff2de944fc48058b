import { availableParallelism } from 'node:os'
import { defineConfig, type TestProjectConfiguration } from 'vitest/config'
import { ALONE } from './test/support/alone.ts'
import { PATIENCE_MS, TEST_LIMIT_MS } from './test/support/patience.ts'

/** How many files run at a time: one more than there are cores, since most tests wait for something most of the time. */
const WORKERS = availableParallelism() + 1

const INCLUDE = ['test/**/*.test.ts']

/** What needs packages that the project has not: `npm run test:runtimes`. */
const APART = ['**/node_modules/**', 'test/runtimes/**']

// on one deployment for all: what acts on all of a server runs alone, after the rest
const onGivenDeployment: TestProjectConfiguration[] = [
  {
    extends: true,
    test: { name: 'together', include: INCLUDE, exclude: [...APART, ...ALONE], sequence: { groupOrder: 0 } },
  },
  {
    extends: true,
    test: { name: 'alone', include: [...ALONE], fileParallelism: false, sequence: { groupOrder: 1 } },
  },
]

export default defineConfig({
  // the file that Node itself takes: a second copy beside it is "another module or realm" to the schema
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    ...(process.env['MONGODB_URI'] ? { projects: onGivenDeployment } : { include: INCLUDE, exclude: APART }),
    pool: 'forks',
    // files share what is loaded, which takes longer than most of them; leak-check sees that a test leaves nothing to the
    // next. Not on a given deployment, where the engine of some files is replaced
    isolate: process.env['MONGODB_URI'] !== undefined,
    restoreMocks: true,
    maxWorkers: WORKERS,
    testTimeout: TEST_LIMIT_MS,
    hookTimeout: TEST_LIMIT_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
    globalSetup: ['test/support/programs.ts'],
    setupFiles: ['test/support/setup.ts'],
  },
})
