import { serverAudits } from 'graphql-http'
import { describe, expect, it } from 'vitest'
import { useRelay } from '../../../../support/relay.ts'

/** How many audits there are in the version that is installed; fewer would mean that some are not run. */
const AUDITS = 61

describe('GraphQL over HTTP', () => {
  const at = useRelay()
  const audits = serverAudits({ url: () => at.relay.graphqlUrl })

  it(`is audited ${AUDITS} times`, () => {
    expect(audits).toHaveLength(AUDITS)
  })

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))('%s: %s', async (_id, _name, audit) => {
    const result = await audit.fn()
    if (result.status !== 'ok') await result.response.body?.cancel()
    expect(result).toEqual({ id: audit.id, name: audit.name, status: 'ok' })
  })
})
