import { vi } from 'vitest'
import { PATIENCE_MS } from './patience.ts'

// `vi.waitFor` takes its limit, which is a second, from nowhere but its callers
const { waitFor } = vi
vi.waitFor = (condition, options) =>
  waitFor(condition, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options })
