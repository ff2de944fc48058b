import { mergeConfig } from 'vitest/config'
import project from '../../vitest.config.ts'

const { test, ...settings } = project

/** The project's settings, for tests of which each runs something in a process of its own. */
export default mergeConfig(settings, {
  test: {
    ...test,
    projects: undefined,
    include: ['test/runtimes/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    // what leaks does so elsewhere
    setupFiles: ['test/support/wait-for.ts'],
  },
})
