/** What `--help` prints. */
export const HELP = `Relays MongoDB change streams to GraphQL subscriptions, with a live page.

Usage
  tailrace [options]            start the relay
  tailrace engine [--port n]    start the embedded engine alone, for tests and demos (default port 27017)

Options (each has an environment variable; a flag wins)
  --mongo <uri>          MONGODB_URI               a replica set or sharded cluster; without it the embedded engine,
                                                   on port 27017 if that is free
  --port <n>             PORT                      where to listen, 0 for a free port (8888)
  --host <address>       HOST                      the address to listen on (127.0.0.1)
  --ns <db.coll>         TAILRACE_NS               what the page watches first (test.test)
  --allow-origin <url>   TAILRACE_ALLOWED_ORIGINS  an origin besides the relay's own whose pages may use it;
                                                   again for more (the variable: separated by commas)
  --window-bytes <n>     TAILRACE_WINDOW_BYTES     how much of each change stream is remembered, for clients that come
                                                   back (16777216)
  --window-events <n>    TAILRACE_WINDOW_EVENTS    how many of its events (10000)
  -h, --help             show this
  -v, --version          show the version
`
