import { defineConfig } from 'vitest/config'
import { PATIENCE_MS, TEST_LIMIT_MS } from './test/support/patience.ts'

export default defineConfig({
  // the file that Node itself takes: a second copy beside it is "another module or realm" to the schema
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: TEST_LIMIT_MS,
    hookTimeout: TEST_LIMIT_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
    setupFiles: ['test/support/wait-for.ts', 'test/support/leak-check.ts'],
  },
})
