import { defineConfig } from 'vitest/config'

export default defineConfig({
  // the file that Node itself takes: a second copy beside it is "another module or realm" to the schema
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    setupFiles: ['test/support/leak-check.ts'],
  },
})
