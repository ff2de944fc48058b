import { setTimeout as delay } from 'node:timers/promises'
import { OPLOG_BYTES, type Rig } from './rig.ts'

/** Something that goes wrong. */
export interface Fault {
  readonly name: string
  /** What it needs that not every deployment has. */
  readonly needs?: 'engine' | 'fail points' | 'backbone'
  /** Lets it happen; settles when its cause is gone. */
  inject(rig: Rig): Promise<void>
}

/** Why a fault cannot be injected here; `undefined` where it can. */
export function obstacle({ needs }: Fault, { engine, hasFailPoints, backbone }: Rig): string | undefined {
  if (needs === 'engine' && !engine) return 'of the embedded engine only'
  if (needs === 'fail points' && !hasFailPoints) return 'the server has no fail points (`enableTestCommands=1`)'
  if (needs === 'backbone' && !backbone) return 'of a backbone only'
  return undefined
}

/** Those that are over at once or within a second and a half. */
export const SHORT_FAULTS: readonly [Fault, ...Fault[]] = [
  { name: 'server connections end', inject: async ({ serverLink }) => serverLink.cut('end') },
  { name: 'server connections are reset', inject: async ({ serverLink }) => serverLink.cut('reset') },
  { name: 'server unreachable for 1 s', inject: (rig) => refuse(rig, 1_000) },
  { name: 'server 150 ms away for 1 s', inject: ({ serverLink }) => slow(serverLink, 150) },
  { name: 'server silent for 1.5 s, then answers', inject: ({ serverLink }) => silence(serverLink, 1_500) },
  { name: 'client connections end', inject: async ({ clientLink }) => clientLink.cut('end') },
  { name: 'client connections are reset', inject: async ({ clientLink }) => clientLink.cut('reset') },
  { name: 'clients 150 ms away for 1 s', inject: ({ clientLink }) => slow(clientLink, 150) },
  {
    name: 'clients silent for 1 s, then cut',
    async inject({ clientLink }) {
      await silence(clientLink, 1_000, () => clientLink.cut('reset'))
    },
  },
  {
    name: 'cursors killed (CursorKilled)',
    needs: 'fail points',
    inject: (rig) => failGetMore(rig, { errorCode: 237 }),
  },
  { name: 'cursors gone (CursorNotFound)', needs: 'fail points', inject: (rig) => failGetMore(rig, { errorCode: 43 }) },
  {
    name: 'getMore fails, resumable',
    needs: 'fail points',
    inject: (rig) => failGetMore(rig, { errorCode: 11602, errorLabels: ['ResumableChangeStreamError'] }),
  },
  {
    name: 'getMore closes its connection',
    needs: 'fail points',
    inject: (rig) => failGetMore(rig, { closeConnection: true }),
  },
  { name: 'relay restarts', inject: (rig) => rig.restartRelays() },
  {
    name: 'server restarts, away for 0.5 s',
    needs: 'engine',
    inject: async ({ engine }) => engine?.restart(() => delay(500)),
  },
  { name: 'primary steps down for 1 s, kills reads', needs: 'engine', inject: stepDown },
]

/** Those that take their time. */
export const LONG_FAULTS: readonly [Fault, ...Fault[]] = [
  {
    name: 'getMore is never answered',
    needs: 'fail points',
    inject: (rig) => failGetMore(rig, { blockConnection: true, blockTimeMS: 600_000 }, 1),
  },
  {
    name: 'server fails every getMore for 5 s',
    needs: 'fail points',
    async inject(rig) {
      await failGetMore(rig, { errorCode: 133, errorLabels: ['ResumableChangeStreamError'] }, 'always')
      await delay(5_000)
      await rig.client.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' })
    },
  },
  { name: 'server unreachable for 6 s', inject: (rig) => refuse(rig, 6_000) },
  {
    name: 'server silent for 8 s, then cut',
    async inject({ serverLink }) {
      await silence(serverLink, 8_000, () => serverLink.cut('reset'))
    },
  },
]

/**
 * More is written than the oplog holds, elsewhere, and the relay forgets what it remembered: who is away now has lost
 * its place, and must be told.
 */
export const ROLLOVER: Fault = {
  name: 'oplog rolls over, relay restarts',
  needs: 'engine',
  async inject(rig) {
    const filler = rig.client.db('filler').collection('f')
    const pad = 'x'.repeat(100_000)
    for (let written = 0; written < OPLOG_BYTES * 1.2; written += pad.length) await filler.insertOne({ pad })
    await filler.drop()
    await rig.restartRelays()
  },
}

async function refuse({ serverLink }: Rig, ms: number): Promise<void> {
  serverLink.set({ kind: 'refuse' })
  serverLink.cut('reset')
  await delay(ms)
  serverLink.set({ kind: 'pass' })
}

async function slow(link: Rig['serverLink'], ms: number): Promise<void> {
  link.set({ kind: 'delay', ms })
  await delay(1_000)
  link.set({ kind: 'pass' })
}

// what is cut must not come through first
async function silence(link: Rig['serverLink'], ms: number, before = () => {}): Promise<void> {
  link.set({ kind: 'black-hole' })
  await delay(ms)
  before()
  link.set({ kind: 'pass' })
}

async function stepDown(rig: Rig): Promise<void> {
  await rig.client.db('admin').command({ replSetStepDown: 1, force: true })
  await failGetMore(rig, { errorCode: 11602 })
}

async function failGetMore(
  { client }: Rig,
  data: Record<string, unknown>,
  times: number | 'always' = 3,
): Promise<void> {
  await client.db('admin').command({
    configureFailPoint: 'failCommand',
    mode: times === 'always' ? 'alwaysOn' : { times },
    data: { failCommands: ['getMore'], appName: 'tailrace', ...data },
  })
}
