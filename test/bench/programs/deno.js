/** A relay in Deno: `deno run -A deno.js MODULE`, where the module is `tailrace/deno` as it is to be measured. */
const { createDenoHandler } = await import(Deno.args[0])
const relay = createDenoHandler({ mongoUri: Deno.env.get('MONGODB_URI'), allowAnonymous: true })
const onListen = ({ port }) => console.log(`http://127.0.0.1:${port}`)
Deno.serve({ port: 0, hostname: '127.0.0.1', onListen }, relay.fetch)
