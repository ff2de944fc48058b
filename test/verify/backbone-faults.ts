import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from './faults.ts'
import type { RigBackbone } from './rig-backbone.ts'

/** Those of a backbone. */
export const BACKBONE_FAULTS: readonly [Fault, ...Fault[]] = [
  fault('leader killed', async (backbone) => backbone.replace(await backbone.leader())),
  fault('leader frozen for 5 s, then goes on', async (backbone) => {
    const leader = await backbone.leader()
    leader.freeze()
    await delay(5_000)
    leader.thaw()
  }),
  fault('both ingesters killed, back after 1 s', (backbone) => backbone.replaceAll(1_000)),
  fault('nats-server killed, back after 1 s', async ({ server }) => {
    await server.kill()
    await delay(1_000)
    await server.restart()
  }),
  fault('link to the leaf node reset, back after 2 s', async ({ leafLink }) => {
    leafLink.set({ kind: 'refuse' })
    leafLink.cut('reset')
    await delay(2_000)
    leafLink.restore()
  }),
  fault('link to the leaf node silent for 5 s, then cut', async ({ leafLink }) => {
    leafLink.set({ kind: 'black-hole' })
    await delay(5_000)
    // what is cut must not come through first
    leafLink.cut('reset')
    leafLink.restore()
  }),
  fault('end of the log lost', async ({ server }) => {
    await server.kill()
    const restore = await server.snapshot()
    await server.restart()
    await delay(3_000)
    await server.kill()
    await restore()
    await server.restart()
  }),
]

/** How many messages are after the one that is deleted: few enough that some subscribers have not got there. */
const AFTER_HOLE = 40

/** How long to wait before, in milliseconds: by then those who are late are away, and have left before it. */
const BEFORE_HOLE_MS = 3_000

/** One message is deleted, and the relay forgets what it remembered: who has to cross that must be told. */
export const HOLE: Fault = {
  name: 'one message deleted, relay restarts',
  needs: 'backbone',
  async inject(rig) {
    await delay(BEFORE_HOLE_MS)
    await rig.backbone?.deleteMessage(AFTER_HOLE)
    await rig.restartRelays()
  },
}

function fault(name: string, act: (backbone: RigBackbone) => Promise<void>): Fault {
  return {
    name,
    needs: 'backbone',
    inject: async ({ backbone }) => {
      if (backbone) await act(backbone)
    },
  }
}
