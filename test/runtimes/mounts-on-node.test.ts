import { describeMount } from '../adapters/mount-suite.ts'
import { mountIn } from './runtimes.ts'

const isShared = true

describeMount('Express', mountIn('node', 'mounts/express.js'), { isShared })
describeMount('Fastify', mountIn('node', 'mounts/fastify.js'), { isShared })
describeMount('Hono on Node', mountIn('node', 'mounts/hono-node.js'), { isShared })
describeMount('a route of Next', mountIn('node', 'next-routes.js'), { isShared, upgrades: false })
describeMount('a function of Lambda', mountIn('node', 'lambda-url.js'), { isShared, upgrades: false })
