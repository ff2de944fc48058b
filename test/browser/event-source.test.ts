import { describe, expect, it, vi } from 'vitest'
import { startRig } from './rig.ts'
import { useBrowser } from './use-browser.ts'

const at = useBrowser()

describe('a browser’s EventSource', () => {
  it('asks twice for what can never be served, and stops', async () => {
    await using rig = await startRig(at.pageRoot)
    const page = await at.browser.newPage()
    let requests = 0
    page.on('request', (request) => (requests += request.url().includes('/graphql?') ? 1 : 0))
    await page.goto(new URL('healthz', rig.relay.url).href)
    const url = `/graphql?query=${encodeURIComponent('subscription { changes(db: "admin") { json } }')}`
    await page.evaluate(`globalThis.source = new EventSource(${JSON.stringify(url)})`)
    await vi.waitFor(async () => expect(await page.evaluate('source.readyState')).toBe(2), { timeout: 20_000 })
    expect(requests).toBe(2)
    await page.close()
  })
})
