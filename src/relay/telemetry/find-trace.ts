import type { Trace } from '../../util/trace.ts'

/** Where OpenTelemetry's API, of whatever copy, keeps what the host has set up. */
const API = Symbol.for('opentelemetry.js.api.1')

/**
 * Makes spans with the tracer provider that this process has set up before; `undefined` when it has none. Then nothing
 * is loaded.
 */
export async function findTrace(version: string): Promise<Trace | undefined> {
  const api: unknown = Reflect.get(globalThis, API)
  if (typeof api !== 'object' || api === null || !('trace' in api)) return undefined
  const { SpanStatusCode, trace } = await import('@opentelemetry/api')
  const tracer = trace.getTracer('tailrace', version)

  return (name, attributes, run) =>
    tracer.startActiveSpan(name, { attributes: { ...attributes } }, async (span) => {
      const failed = (code: string) =>
        void span.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR })
      try {
        return await run({ failed })
      } catch (error) {
        failed(error instanceof Error ? error.name : 'unknown')
        throw error
      } finally {
        span.end()
      }
    })
}
