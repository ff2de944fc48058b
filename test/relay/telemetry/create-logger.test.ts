import { MongoServerError } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { createLogger } from '../../../src/relay/telemetry/create-logger.ts'

async function logger(format: 'json' | 'text', level: 'debug' | 'info' | 'warn' | 'error' | 'silent' = 'info') {
  const lines: string[] = []
  const now = () => new Date('2026-01-02T03:04:05.678Z')
  return { lines, log: await createLogger({ format, level, now, write: (line) => lines.push(line) }) }
}

const FORMATS = ['json', 'text'] as const

describe('a logger', () => {
  it('writes an entry a line, as JSON', async () => {
    const { log, lines } = await logger('json')
    log.warn({ ns: 'shop.orders', code: 'SLOW_CONSUMER', suppressed: 3 }, 'A subscription\nended')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^\{[^\n]*\}\n$/)
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      ns: 'shop.orders',
      code: 'SLOW_CONSUMER',
      suppressed: 3,
      msg: 'A subscription\nended',
    })
  })

  it('writes lines for people, in which no value can look like a line', async () => {
    const { log, lines } = await logger('text')
    log.warn({ ns: 'shop.orders', reason: 'a\n03:04:05 ERROR b', count: 3, absent: undefined }, 'MongoDB is away')
    log.info({}, 'Stopped')
    expect(lines).toEqual([
      '03:04:05 WARN  MongoDB is away  ns=shop.orders reason="a\\n03:04:05 ERROR b" count=3\n',
      '03:04:05 INFO  Stopped\n',
    ])
  })

  it.each(FORMATS)('writes as %s what is at least as severe as its level', async (format) => {
    const severities = ['debug', 'info', 'warn', 'error'] as const
    for (const [index, level] of severities.entries()) {
      const { log, lines } = await logger(format, level)
      for (const severity of severities) log[severity]({}, severity)
      expect(lines.map((line) => /debug|info|warn|error/.exec(line)?.[0])).toEqual(severities.slice(index))
    }
    const { log, lines } = await logger(format, 'silent')
    log.error({}, 'nobody hears it')
    expect(lines).toEqual([])
  })

  it.each(FORMATS)('writes as %s an error with its stack and its causes', async (format) => {
    const { log, lines } = await logger(format)
    log.error({ err: new TypeError('outer', { cause: new RangeError('inner') }) }, 'Unexpected error')
    const text = lines.join('')
    expect(text).toContain('TypeError: outer')
    expect(text).toContain('RangeError: inner')
    expect(text).toContain('create-logger.test.ts')
  })

  it.each(FORMATS)('writes as %s no credentials, and nothing of the command that a server quotes', async (format) => {
    const { log, lines } = await logger(format)
    const uri = 'mongodb+srv://me:hidden@h/?tlsCertificateKeyFilePassword=hidden&replicaSet=rs0'
    const refused = new MongoServerError({
      message: 'not authorized to execute command { aggregate: "hidden" }',
      code: 13,
      codeName: 'Unauthorized',
      errorResponse: { hidden: true },
    })
    log.warn({ uri }, 'one')
    log.warn({ err: new Error(`cannot parse ${uri}`) }, 'two')
    log.warn({ err: new Error('outer', { cause: refused }) }, 'three')
    const text = lines.join('')
    expect(text).not.toContain('hidden')
    expect(text).toContain('***:***@h/')
    expect(text).toContain('Unauthorized')
  })
})
