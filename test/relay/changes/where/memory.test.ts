import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startProcess, type TestProcess } from '../../../support/process/start-process.ts'
import { LARGE_FILTERS } from './large-filters.ts'
import type { FilterMemory } from './memory-process.ts'

describe('the memory that a filter is said to take', () => {
  // whose heap holds little else, so that it is collected fast
  let measuring: TestProcess

  beforeAll(() => {
    measuring = startProcess(new URL('./memory-process.ts', import.meta.url))
  })
  afterAll(() => measuring.stop())

  it.each(Object.keys(LARGE_FILTERS))('is not less than what is kept of it: %s', async (kind) => {
    const { kept, allowed } = await measuring.ask<FilterMemory>('measure', kind)
    expect(kept).toBeLessThan(allowed)
  })
})
