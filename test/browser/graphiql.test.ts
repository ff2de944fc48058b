import { describe, expect, it } from 'vitest'
import { useRelay } from '../support/relay.ts'
import { useBrowser } from './use-browser.ts'

const TOKEN = 'the-token-of-a-machine'

describe('GraphiQL', () => {
  const shared = useBrowser()
  const at = useRelay(() => ({ auth: { tokens: [{ token: TOKEN, subject: 'machine' }] } }))

  it('subscribes with the headers that its user types, where the relay asks who that is', async () => {
    const page = await shared.browser.newPage()
    at.onEnd(() => page.close())
    const subscription = 'subscription { changes { operationType documentKey } }'
    await page.goto(`${at.relay.graphqlUrl}?query=${encodeURIComponent(subscription)}`)
    const result = page.locator('.result-window')
    const run = page.getByRole('button', { name: /execute query/i })
    await run.click()
    await expect.poll(() => result.innerText()).toContain('UNAUTHENTICATED')

    await page.getByRole('button', { name: 'Headers' }).click()
    await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden)').last().click()
    await page.keyboard.insertText(JSON.stringify({ Authorization: `Bearer ${TOKEN}` }))
    await run.click()
    await expect.poll(() => at.relay.stats().subscribers).toBe(1)
    await at.deployment.client.db(at.db).collection<{ _id: number }>('c').insertOne({ _id: 4711 })
    await expect.poll(() => result.innerText()).toContain('4711')

    // it stores what is in its editors a while after each change, and this change comes after the one of the headers
    await page.locator('.graphiql-query-editor .graphiql-editor').click()
    await page.keyboard.insertText('# stored')
    await expect.poll(() => page.evaluate('localStorage.getItem("graphiql:tabState")')).toContain('# stored')
    await page.reload()
    await run.waitFor()
    expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage])')).not.toContain(TOKEN)
  })
})
