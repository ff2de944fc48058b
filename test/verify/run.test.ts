import { expect, it } from 'vitest'
import { SHORT_FAULTS } from './faults.ts'
import { run } from './run.ts'

const NAMES = [
  'server connections are reset',
  'clients silent for 1 s, then cut',
  'cursors gone (CursorNotFound)',
  'relay restarts',
  'server restarts, away for 0.5 s',
  'primary steps down for 1 s, kills reads',
]

it('keeps the delivery contract through a short row of faults', async () => {
  const faults = SHORT_FAULTS.filter(({ name }) => NAMES.includes(name))
  const report = await run({
    seed: 4,
    subscribers: 24,
    keepers: 12,
    rate: 50,
    faults,
    awayMs: 2_000,
    recoveryLimitMs: 10_000,
  })
  expect(faults).toHaveLength(NAMES.length)
  expect(report.findings).toMatchObject({ missing: 0, announced: 0, duplicated: 0, outOfOrder: 0, invented: 0 })
  expect(report.findings.delivered).toBe(report.findings.expected)
  expect(report.findings.expected).toBeGreaterThan(500)
  expect(report.copies).toMatchObject({ keepers: 12, different: 0, refusals: [] })
  expect(report.copies.documents).toBeGreaterThan(30)
  expect(report.seen).toBe(report.acknowledged)
  expect(report.recoveries.length + report.skipped.size).toBe(NAMES.length + 2)
  expect(report.recoveries.filter(({ recoveryMs }) => recoveryMs === undefined)).toEqual([])
})
