import { describe, expect, it } from 'vitest'
import { createRateLimitedWarn } from '../../../src/util/logs/rate-limited-log.ts'
import { SILENT } from '../../../src/util/logs/logger.ts'

describe('createRateLimitedWarn', () => {
  it('says the same once in a period, and then how often it happened', () => {
    const lines: unknown[] = []
    let nowMs = 0
    const log = { ...SILENT, warn: (fields: object, message: string) => lines.push([message, fields]) }
    const warn = createRateLimitedWarn({ log, periodMs: 100, now: () => nowMs })
    for (let count = 0; count < 5; count++) warn('a', { ns: 'x' }, 'slow')
    warn('b', {}, 'other')
    nowMs = 100
    warn('a', { ns: 'y' }, 'slow')
    nowMs = 200
    warn('a', { ns: 'z' }, 'slow')
    expect(lines).toEqual([
      ['slow', { ns: 'x' }],
      ['other', {}],
      ['slow', { ns: 'y', suppressed: 4 }],
      ['slow', { ns: 'z' }],
    ])
  })
})
