import { describe, expect, it } from 'vitest'
import { openPage } from './open-page.ts'
import { startRig } from './rig.ts'
import { shows, toRows } from './rows.ts'
import { useBrowser } from './use-browser.ts'

const at = useBrowser()

describe('filtering on the live page', () => {
  it('takes the syntax of the shell, and finds updates by what is in the document', async () => {
    await using rig = await startRig(at.pageRoot)
    await using opened = await openPage(at.browser, rig.proxy.url)
    const { page } = opened
    await opened.reaches('live')
    const filter = page.getByLabel('Filter', { exact: true })
    await filter.fill("status: 'paid'")
    await filter.press('Enter')
    await opened.reaches('live')
    expect(new URL(page.url()).searchParams.get('where')).toBe("status: 'paid'")
    await rig.things().insertOne({ _id: 1, status: 'new' })
    await rig.things().updateOne({ _id: 1 }, { $set: { status: 'paid' } })
    await rig.things().updateOne({ _id: 1 }, { $set: { total: 5 } })
    await shows(opened, ['update 1', 'update 1'])
    await filter.blur()
    await filter.focus()
    await page.getByText('Understood as').waitFor()
    expect(await page.locator('#filter-note code').innerText()).toContain('fullDocument.status')
  })

  it('says what is wrong with a filter, and where', async () => {
    await using rig = await startRig(at.pageRoot)
    await using opened = await openPage(at.browser, rig.proxy.url)
    const { page } = opened
    await opened.reaches('live')
    const filter = page.getByLabel('Filter', { exact: true })
    await filter.fill("{status: 'paid', total: {$gr: 1}}")
    await filter.press('Enter')
    await page.locator('#filter-note.mistake').waitFor()
    expect(await page.locator('#filter-note mark').innerText()).toContain('$gr')
    expect(await filter.getAttribute('aria-invalid')).toBe('true')
    await filter.press('End')
    await filter.type(' ')
    expect(await page.locator('#filter-note').isVisible()).toBe(false)
  })

  it('offers the names of fields that it has seen, and operators', async () => {
    await using rig = await startRig(at.pageRoot)
    await using opened = await openPage(at.browser, rig.proxy.url)
    const { page } = opened
    await opened.reaches('live')
    await rig.things().insertOne({ _id: 1, customer: { city: 'London' } })
    await shows(opened, toRows(1))
    const filter = page.getByLabel('Filter', { exact: true })
    await filter.pressSequentially('cit')
    await page.getByRole('option', { name: /customer\.city/ }).waitFor()
    await filter.press('ArrowDown')
    await filter.press('Enter')
    expect(await filter.inputValue()).toBe("'customer.city': ".replaceAll("'", (await filter.inputValue())[0] ?? ''))
    await filter.pressSequentially("'London'")
    await filter.press('Enter')
    await opened.reaches('live')
    await shows(opened, toRows(1))
  })

  it('counts by operation, and shows those that are pressed alone', async () => {
    await using rig = await startRig(at.pageRoot)
    await using opened = await openPage(at.browser, rig.proxy.url)
    const { page } = opened
    await opened.reaches('live')
    await rig.insert(1, 2)
    await rig.things().deleteOne({ _id: 1 })
    await shows(opened, ['delete 1', ...toRows(2, 1)])
    await page.getByRole('button', { name: 'delete 1' }).click()
    await shows(opened, ['delete 1'])
    expect(new URL(page.url()).searchParams.get('ops')).toBe('delete')
    await page.reload()
    await shows(opened, ['delete 1'])
    await page.getByRole('button', { name: /^delete/, pressed: true }).click()
    await shows(opened, ['delete 1', ...toRows(2, 1)])
  })

  it('counts by namespace, and goes to the one that is pressed', async () => {
    await using rig = await startRig(at.pageRoot)
    await using opened = await openPage(at.browser, `${rig.proxy.url}?db=${rig.db}`)
    const { page } = opened
    await opened.reaches('live')
    await rig.insert(1)
    await rig.things('others').insertMany([{ _id: 1 }, { _id: 2 }])
    await shows(opened, toRows(2, 1, 1))
    await page.locator('#activity summary').click()
    await page.getByRole('row', { name: `${rig.db}.others 2` }).waitFor()
    await page.getByRole('button', { name: `${rig.db}.others` }).click()
    await page.getByRole('heading', { name: `Changes in ${rig.db}.others`, exact: true }).waitFor()
    // its change stream begins a while before now
    await shows(opened, toRows(2, 1))
  })

  it('gives the view as code, and GraphiQL with it', async () => {
    await using rig = await startRig(at.pageRoot)
    const where = encodeURIComponent("status: 'paid'")
    await using opened = await openPage(at.browser, `${rig.proxy.url}?db=${rig.db}&coll=things&where=${where}`)
    const { page } = opened
    await opened.reaches('live')
    await page.getByRole('button', { name: 'Use in code' }).click()
    const dialog = page.getByRole('dialog', { name: 'Use this view in code' })
    expect(await dialog.getByRole('tabpanel').innerText()).toContain('subscription')
    for (const name of ['curl', 'tailrace/client', 'Apollo', 'urql', 'EventSource', 'mongosh']) {
      await dialog.getByRole('tab', { name }).click()
      expect(await dialog.getByRole('tabpanel').innerText()).toMatch(/fullDocument\.status/)
    }
    await page.keyboard.press('Escape')
    expect(await page.getByRole('link', { name: 'GraphiQL' }).getAttribute('href')).toContain('fullDocument.status')
  })
})
