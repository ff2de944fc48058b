/** A stand-in of what runs functions behind a function URL that streams: `node lambda-url.js`. */
import { createServer } from 'node:http'
import { Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { mongo, tell } from './mounts/theirs.js'

/** What is between the metadata of an answer and its body. */
const DELIMITER = Buffer.alloc(8)

/** What a function writes to, which tells it nothing of a client that goes away. */
class ResponseStream extends Writable {
  #metadata
  #response

  constructor(response) {
    super()
    this.#response = response
  }

  setMetadata(metadata) {
    this.#metadata = JSON.stringify(metadata)
  }

  // what is written first sends the metadata before it, also where that is nothing
  write(chunk, ...rest) {
    if (this.#metadata) super.write(Buffer.concat([Buffer.from(this.#metadata), DELIMITER]))
    this.#metadata = undefined
    return super.write(chunk, ...rest)
  }

  _write(chunk, _encoding, done) {
    const at = this.#response.headersSent ? -1 : chunk.indexOf(DELIMITER)
    if (at < 0) return void this.#response.write(chunk, () => done())
    const { statusCode, headers } = JSON.parse(chunk.subarray(0, at))
    this.#response.writeHead(statusCode, headers).flushHeaders()
    done()
  }

  _final(done) {
    this.#response.end()
    done()
  }
}

globalThis.awslambda = {
  streamifyResponse: (handler) => handler,
  HttpResponseStream: {
    from(stream, metadata) {
      stream.setMetadata(metadata)
      return stream
    },
  },
}

const { handler, relay } = await import('./mounts/lambda.js')
const server = createServer(async (request, response) => {
  response.setHeader('x-theirs', 'yes')
  const { pathname, search } = new URL(request.url, 'http://localhost')
  if (pathname === '/mongo') return void response.end(await mongo())
  const body = await buffer(request)
  if (pathname === '/echo') return void response.end(body)
  if (!pathname.startsWith('/changes/')) return void response.end('theirs')
  const { cookie, ...headers } = request.headers
  await handler(
    {
      version: '2.0',
      rawPath: pathname,
      rawQueryString: search.slice(1),
      headers,
      ...(cookie === undefined ? {} : { cookies: cookie.split('; ') }),
      requestContext: {
        domainName: headers.host,
        http: { method: request.method, path: pathname, sourceIp: request.socket.remoteAddress },
      },
      ...(body.length === 0 ? {} : { body: body.toString('base64'), isBase64Encoded: true }),
    },
    new ResponseStream(response),
    {},
  )
})
server.listen(0, '127.0.0.1', () => tell(relay, `http://127.0.0.1:${server.address().port}`))
