import { describe, expect, it, vi } from 'vitest'
import { startDefaultProxy } from '../support/default-proxy.ts'
import { openPage } from './open-page.ts'
import { startRig } from './rig.ts'
import { shows, toRows } from './rows.ts'
import { useBrowser } from './use-browser.ts'

const at = useBrowser()

describe('below a path of a reverse proxy', () => {
  it.each(['/live', '/a/b'])('the page, GraphiQL and their sockets work: %s', async (prefix) => {
    await using rig = await startRig(at.pageRoot)
    const proxy = await startDefaultProxy(rig.relay.url, { prefix, passesUpgrades: true, toHost: (asked) => asked })
    try {
      await rig.insert(1)
      await using opened = await openPage(at.browser, proxy.url)
      await opened.reaches('live')
      await shows(opened, toRows(1))
      await rig.insert(2)
      await shows(opened, toRows(2, 1))
      const { page } = opened
      await page.locator('#where').fill('{"documentKey._id": {"$gt": 2}}')
      await page.locator('#where').press('Enter')
      await rig.insert(3)
      await shows(opened, toRows(3))
      expect(new URL(page.url()).pathname).toBe(`${prefix}/`)

      // with workers of its own, which a page is watched for
      const graphiql = await at.browser.newPage()
      const link = await page.getByRole('link', { name: 'GraphiQL' }).getAttribute('href')
      expect(new URL(link ?? '', page.url()).href).toContain(`${proxy.url}graphql?query=`)
      const subscription = 'subscription { changes { operationType documentKey } }'
      await graphiql.goto(`${proxy.url}graphql?query=${encodeURIComponent(subscription)}`)
      await graphiql.getByRole('button', { name: /execute query/i }).click()
      await vi.waitFor(() => expect(rig.relay.stats().subscribers).toBe(2))
      await rig.insert(4711)
      await vi.waitFor(async () => expect(await graphiql.locator('.result-window').innerText()).toContain('4711'))
      await graphiql.close()
    } finally {
      await proxy.stop()
    }
  })
})
