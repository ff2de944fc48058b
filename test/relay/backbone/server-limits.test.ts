import { describe, expect, it } from 'vitest'
import type { RelayOptions } from '../../../src/relay/options.ts'
import { useBackbone, useBackboneCluster } from '../../support/backbone.ts'
import { hasNatsServer } from '../../support/nats-server.ts'
import { useOnEnd } from '../../support/on-end.ts'
import { useDeployment } from '../../support/use-deployment.ts'
import { startReader } from './faults/reader.ts'

describe.runIf(hasNatsServer)('servers that do not take what an ingester has kept there', () => {
  const at = useDeployment()
  const single = useBackbone()
  const cluster = useBackboneCluster()
  const onEnd = useOnEnd()
  const troubleOf = async (backbone: typeof single | typeof cluster, options: RelayOptions) => {
    const ingester = await backbone.ingest({ mongoUri: at.uri, ...options })
    return expect.poll(() => ingester.trouble())
  }

  it('are said to be too few for its replicas, by the name of the option', async () => {
    const alone = await troubleOf(single, { backboneReplicas: 3 })
    await alone.toContain('`backboneReplicas` (3)')
    const three = await troubleOf(cluster, { backboneReplicas: 5 })
    await three.toContain('`backboneReplicas` (5)')
  })

  it('are said to have no room for a log, by the name of the option, to those who read, too', async () => {
    const backboneMaxBytes = 500_000_000_000_000
    const trouble = await troubleOf(single, { backboneMaxBytes })
    await trouble.toBeUndefined()
    const errors: string[] = []
    const { source } = single.origin()
    const reader = startReader(source, at.db, undefined, (error) => errors.push(error.message))
    onEnd(() => reader.stop())
    await expect.poll(() => errors).toEqual([expect.stringContaining(`\`backboneMaxBytes\` (${backboneMaxBytes})`)])
  })
})
