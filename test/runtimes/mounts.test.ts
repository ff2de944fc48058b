import { describeMount } from '../adapters/mount-suite.ts'
import { mountIn } from './runtimes.ts'

describeMount('Express', mountIn('node', 'mounts/express.js'))
describeMount('Fastify', mountIn('node', 'mounts/fastify.js'))
describeMount('Hono on Node', mountIn('node', 'mounts/hono-node.js'), { parsedBodies: false })
describeMount('Hono, by requests and responses alone', mountIn('node', 'mounts/hono-fetch.js'), { upgrades: false })
describeMount('Hono on Bun', mountIn('bun', 'mounts/hono-bun.js'), { parsedBodies: false })
describeMount('a route of Next', mountIn('node', 'next-routes.js'), { upgrades: false })
describeMount('a function of Lambda', mountIn('node', 'lambda-url.js'), { upgrades: false })
