import { describe, expect, it, vi } from 'vitest'
import { OPEN_POLICY } from '../../../src/relay/access/rules/policy.ts'
import { createOperationLimits } from '../../../src/relay/graphql/limits/operation-limits.ts'
import { DEFAULTS } from '../../../src/relay/options/values.ts'
import { createResultBytes, toOperationServices } from '../../../src/relay/graphql/context.ts'

describe('toOperationServices', () => {
  it('asks MongoDB once, however many aliases ask the same', async () => {
    const serverVersion = vi.fn(async () => '8.0.0')
    const listNamespaces = vi.fn(async (db?: string) => [{ db: db ?? 'all' }])
    const feed = { ready: Promise.resolve(), subscribe: vi.fn(), stop: vi.fn(), stats: vi.fn(), trouble: vi.fn() }
    const services = toOperationServices({
      feed,
      policy: OPEN_POLICY,
      maxTokenBytes: 1_000,
      operationLimits: createOperationLimits(DEFAULTS),
      resultBytes: createResultBytes(1_000),
      listNamespaces,
      serverVersion,
      version: '1',
      defaultNamespace: { db: 'a' },
      reportError: vi.fn(),
      noteLimit: vi.fn(),
      countErrors: vi.fn(),
    })
    await Promise.all([services.serverVersion(), services.serverVersion()])
    await Promise.all([services.listNamespaces('a'), services.listNamespaces('a'), services.listNamespaces()])
    expect(serverVersion).toHaveBeenCalledOnce()
    expect(listNamespaces.mock.calls).toEqual([['a'], [undefined]])
  })
})
