/** A relay in a server of `node:http`: `node node.js MODULE`, where the module is `tailrace/node` as it is to be measured. */
import { createServer } from 'node:http'

const { createNodeHandler } = await import(process.argv[2])
const relay = createNodeHandler({ mongoUri: process.env.MONGODB_URI, allowAnonymous: true })
const server = createServer((request, response) => relay.request(request, response))
server.on('upgrade', relay.upgrade)
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
