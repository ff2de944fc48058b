import { describe, expect, it } from 'vitest'
import { openPage } from './open-page.ts'
import { startDeployment, startRig } from './rig.ts'
import { shows, toRows } from './rows.ts'
import { useBrowser } from './use-browser.ts'

const at = useBrowser()

describe('time travel on the live page', () => {
  it('starts where it is asked to, and keeps that in the URL', async () => {
    await using rig = await startRig(at.pageRoot)
    await rig.insert(1, 2, 3, 4, 5, 6, 7, 8)
    await using opened = await openPage(at.browser, rig.proxy.url)
    await shows(opened, toRows(8, 7, 6, 5, 4))
    const { page } = opened
    const from = async (choice: string) => {
      await page.getByText(/^From: /).click()
      await page.getByRole('button', { name: choice }).click()
    }
    await from('5 minutes ago')
    await shows(opened, toRows(8, 7, 6, 5, 4, 3, 2, 1))
    expect(new URL(page.url()).search).toBe(`?db=${rig.db}&coll=things&from=5m`)
    await from('Now')
    await shows(opened, [])
    await opened.reaches('live')
    await rig.insert(9)
    await shows(opened, toRows(9))
    await from('The documents that there are')
    await shows(opened, ['snapshotEnd', ...[9, 8, 7, 6, 5, 4, 3, 2, 1].map((id) => `snapshot ${id}`)])
    await rig.insert(10)
    await shows(opened, ['insert 10', 'snapshotEnd', ...[9, 8, 7, 6, 5, 4, 3, 2, 1].map((id) => `snapshot ${id}`)])
    await page.goBack()
    await page.goBack()
    await shows(opened, toRows(10, 9, 8, 7, 6, 5, 4, 3, 2, 1))
    await page.getByText('From: 5 minutes ago').waitFor()
  })

  it('shows what is older, as far as the oplog reaches, below what was read', async () => {
    // ten seconds between two events
    let nowMs = Date.now() - 1_000_000
    await using deployment = await startDeployment({ oplogBytes: 100_000, now: () => nowMs })
    const engine = deployment.engineFor('an oplog that forgets at once')
    await using rig = await startRig(at.pageRoot, engine.uri)
    for (let _id = 0; _id < 10; _id++) {
      nowMs += 10_000
      await rig.things().insertOne({ _id, filler: 'x'.repeat(20_000) })
    }
    nowMs += 10_000
    await using opened = await openPage(at.browser, `${rig.proxy.url}?db=${rig.db}&coll=things&from=now`)
    await opened.reaches('live')
    await rig.insert(100)
    await shows(opened, toRows(100))
    const older = opened.page.locator('#older')
    await older.click()
    await expect.poll(async () => (await opened.rows()).length).toBeGreaterThan(2)
    const rows = await opened.rows()
    expect(rows).toEqual(toRows(...[100, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0].slice(0, rows.length)))
    await older.click()
    await opened.page.getByRole('button', { name: /Nothing older/ }).waitFor()
    await opened.page.goto(`${rig.proxy.url}?db=${rig.db}&coll=things&from=1d`)
    await opened.reaches('failed')
    expect(await opened.page.locator('#notice').innerText()).toContain('Choose a later start above.')
  })

  it('leads to one event by its link, and to its document alone', async () => {
    await using rig = await startRig(at.pageRoot)
    await rig.insert(1, 2, 3, 4, 5, 6, 7, 8)
    await rig.things().updateOne({ _id: 2 }, { $set: { a: 1 } })
    await using opened = await openPage(at.browser, `${rig.proxy.url}?db=${rig.db}&coll=things&from=5m`)
    await shows(opened, ['update 2', ...toRows(8, 7, 6, 5, 4, 3, 2, 1)])
    const { page } = opened
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page
      .locator('.change', { has: page.locator('.key', { hasText: /^2$/ }) })
      .last()
      .click()
    await page.getByRole('button', { name: 'Copy link' }).click()
    await page.getByText('Copied').waitFor()
    const link = await page.evaluate<string>('navigator.clipboard.readText()')
    await page.getByRole('button', { name: 'Only this document' }).click()
    await shows(opened, ['update 2', 'insert 2'])
    expect(new URL(page.url()).searchParams.get('where')).toBe('{_id: 2}')

    await using other = await openPage(at.browser, link)
    await other.page.locator('.change[aria-selected=true] .key', { hasText: /^2$/ }).waitFor()
    expect((await other.rows()).at(-1)).toBe('insert 2')
    await rig.insert(9)
    await shows(other, ['insert 9', 'update 2', ...toRows(8, 7, 6, 5, 4, 3, 2)])
    expect(await other.page.locator('.change[aria-selected=true] .key').innerText()).toBe('2')
  })
})
