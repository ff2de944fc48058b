import { beforeEach, describe, expect, it, vi } from 'vitest'
import { CLAIMS, NOW_MS, SECRET, secretToken, seconds } from '../relay/auth/issuer.ts'
import { type OpenPage, openPage } from './open-page.ts'
import { startRig } from './rig.ts'
import { shows, toRows } from './rows.ts'
import { useBrowser } from './use-browser.ts'

const TOKEN = 'alice-and-sixteen-more'
const at = useBrowser()

async function signIn({ page }: OpenPage, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

describe('the live page of a relay that asks who is there', () => {
  const auth = { tokens: [{ token: TOKEN, subject: 'alice', roles: ['reader'] }] }

  it('takes a token that is good, keeps it through a reload, and forgets it', async () => {
    await using rig = await startRig(at.pageRoot, undefined, () => ({ auth }))
    await rig.insert(1, 2)
    await using opened = await openPage(at.browser, rig.proxy.url, { isRefused: true })
    const { page } = opened
    await opened.reaches('unauthenticated')
    expect(await page.locator('#sign-in-reason').innerText()).toBe('This relay shows changes to those it knows.')
    await signIn(opened, 'not-a-token-of-anybody')
    await vi.waitFor(async () => expect(await page.locator('#sign-in-reason').innerText()).toContain('not known'))
    expect(await opened.rows()).toEqual([])
    expect(await page.getByRole('button', { name: 'Sign out' }).isVisible()).toBe(false)

    await signIn(opened, `Bearer ${TOKEN}`)
    await shows(opened, toRows(2, 1))
    expect(await page.locator('#sign-in').isVisible()).toBe(false)
    await page.reload()
    await shows(opened, toRows(2, 1))
    expect(await page.locator('#about').innerText()).toContain('Tailrace')
    expect(page.url()).not.toContain(TOKEN)
    expect(await page.evaluate('JSON.stringify(localStorage) + document.cookie')).toBe('{}')

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.locator('#sign-in').waitFor()
    expect(await opened.rows()).toEqual([])
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
  })

  it('says what may not be seen, and shows what may', async () => {
    const rules = (db: string) => [{ roles: ['reader'], namespaces: [`${db}.things`] }]
    const tokenSecret = 'a secret of thirty-two characters'
    await using rig = await startRig(at.pageRoot, undefined, (db) => ({ auth, rules: rules(db), tokenSecret }))
    await rig.insert(1)
    await rig.things('hidden').insertOne({ _id: 1 })
    await using opened = await openPage(at.browser, `${rig.proxy.url}?db=${rig.db}&coll=hidden`, { isRefused: true })
    const { page } = opened
    await signIn(opened, TOKEN)
    await opened.reaches('failed')
    expect(await page.locator('#notice').innerText()).toContain('Watch something that you may see')
    expect(await page.locator('#sign-in').isVisible()).toBe(false)
    await page.getByLabel('Collection').focus()
    const offered = page.locator('#collections option')
    await vi.waitFor(async () =>
      expect(await offered.evaluateAll((options) => options.map((option) => option.getAttribute('value')))).toEqual([
        'things',
      ]),
    )
    await page.getByLabel('Collection').fill('things')
    await page.getByRole('button', { name: 'Watch' }).click()
    await shows(opened, toRows(1))
  })
})

describe('the live page with credentials that expire', () => {
  let nowMs = NOW_MS
  beforeEach(() => {
    nowMs = NOW_MS
  })
  const tokenUntil = (untilMs: number) => secretToken({ ...CLAIMS, exp: seconds(untilMs) })

  it('asks again, and then goes on where it was', async () => {
    const auth = { jwt: { secret: SECRET, issuer: 'issuer', audience: 'relay' }, expiryCheckMs: 10, expiryGraceMs: 0 }
    await using rig = await startRig(at.pageRoot, undefined, () => ({ auth, now: () => nowMs }))
    await using opened = await openPage(at.browser, rig.proxy.url, { isRefused: true })
    await signIn(opened, await tokenUntil(NOW_MS + 60_000))
    await opened.reaches('live')
    await rig.insert(1)
    await shows(opened, toRows(1))
    nowMs += 3_600_000
    await opened.reaches('unauthenticated')
    expect(await opened.page.locator('#sign-in-reason').innerText()).toContain('expired')
    await rig.insert(2, 3, 4, 5, 6, 7, 8)
    await signIn(opened, await tokenUntil(nowMs + 60_000))
    // more than a page that starts anew shows
    await shows(opened, toRows(8, 7, 6, 5, 4, 3, 2, 1))
  })
})
