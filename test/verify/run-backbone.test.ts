import { describe, expect, it } from 'vitest'
import { hasNatsServer } from '../support/nats-server.ts'
import { BACKBONE_FAULTS } from './backbone-faults.ts'
import { ROLLOVER } from './faults.ts'
import { run } from './run.ts'

const NAMES = ['leader killed', 'nats-server killed, back after 1 s', 'end of the log lost']

describe.runIf(hasNatsServer)('a relay that reads a backbone alone', () => {
  it('keeps the delivery contract through a short row of faults, and announces no loss after a rollover', async () => {
    const faults = BACKBONE_FAULTS.filter(({ name }) => NAMES.includes(name))
    const report = await run({
      hasBackbone: true,
      seed: 4,
      subscribers: 24,
      keepers: 8,
      rate: 50,
      faults: [...faults, ROLLOVER],
      awayMs: 4_000,
      recoveryLimitMs: 30_000,
    })
    expect(faults).toHaveLength(NAMES.length)
    expect(report.findings).toMatchObject({ missing: 0, announced: 0, duplicated: 0, outOfOrder: 0, invented: 0 })
    expect(report.findings.delivered).toBe(report.findings.expected)
    expect(report.findings.expected).toBeGreaterThan(500)
    expect(report.seen).toBe(report.acknowledged)
    expect(report.recoveries.filter(({ recoveryMs }) => recoveryMs === undefined)).toEqual([])
  })
})
