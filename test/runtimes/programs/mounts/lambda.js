import { pipeline } from 'node:stream/promises'
import { createHandler } from 'tailrace/handler'
import { maxStreamMs, options } from './theirs.js'

export const relay = createHandler({ ...options, maxStreamMs })

export const handler = awslambda.streamifyResponse(async (event, stream) => {
  const { rawPath, rawQueryString, headers, cookies = [], body, isBase64Encoded } = event
  const { domainName, http } = event.requestContext
  const request = new Request(`https://${domainName}${rawPath}?${rawQueryString}`, {
    method: http.method,
    headers: { ...headers, cookie: cookies.join('; ') },
    body: body && Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  })
  const response = await relay.fetch(request, { address: http.sourceIp })
  const metadata = { statusCode: response.status, headers: Object.fromEntries(response.headers) }
  const out = awslambda.HttpResponseStream.from(stream, metadata)
  out.write('') // without it, no metadata before a body that never comes
  await pipeline(response.body ?? [], out)
})
