import { describeMount } from '../adapters/mount-suite.ts'
import { mountIn } from './runtimes.ts'

describeMount('Hono on Bun', mountIn('bun', 'mounts/hono-bun.js'), { isShared: true, parsedBodies: false })
