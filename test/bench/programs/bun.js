/** A relay in Bun: `bun bun.js MODULE`, where the module is `tailrace/bun` as it is to be measured. */
const { createBunHandler } = await import(process.argv[2])
const relay = createBunHandler({ mongoUri: process.env.MONGODB_URI, allowAnonymous: true })
const { port } = Bun.serve({ ...relay, port: 0, hostname: '127.0.0.1' })
console.log(`http://127.0.0.1:${port}`)
