import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { type OpenPage, openPage } from './open-page.ts'
import { startDeployment, startRig } from './rig.ts'
import { shows, toRows } from './rows.ts'
import { useBrowser } from './use-browser.ts'

const at = useBrowser()

/** The newest event as the page shows it whole. */
async function eventOf({ page }: OpenPage): Promise<string> {
  await page.keyboard.press('g')
  await page.getByRole('tab', { name: 'Event' }).click()
  return page.getByRole('tabpanel').innerText()
}

describe('the live page', () => {
  it('shows the last five changes on opening, then each new one on top', async () => {
    await using rig = await startRig(at.pageRoot)
    await rig.insert(1, 2, 3, 4, 5, 6, 7)
    await using opened = await openPage(at.browser, rig.proxy.url)
    await shows(opened, toRows(7, 6, 5, 4, 3))
    await rig.insert(8)
    await rig.things().updateOne({ _id: 8 }, { $set: { x: 1 } })
    await rig.things().replaceOne({ _id: 8 }, { y: 2 })
    await rig.things().deleteOne({ _id: 8 })
    await shows(opened, ['delete 8', 'replace 8', 'update 8', ...toRows(8, 7, 6, 5, 4, 3)])
    await expect.poll(() => opened.page.title()).toBe(`${rig.db}.things · 9 · Live – Tailrace`)
    const update = opened.page.locator('.change[data-operation=update]')
    expect(await update.locator('.text').innerText()).toMatch(/^(\+x|x: 1)$/)
    expect(await update.locator('time').getAttribute('datetime')).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
  })

  it('never takes what is in a document for markup or for code', async () => {
    await using rig = await startRig(at.pageRoot)
    const markup = '<img src=x onerror="window.hacked = 1"><script>window.hacked = 1</script>'
    const hostile = `{"__proto__":{"hacked":1},"constructor":{"prototype":{"hacked":1}},"toString":1,"":2,"a.b":3,"in":{"$x":4}}`
    await rig.things().insertOne({ ...(JSON.parse(hostile) as object), _id: markup, [markup]: markup })
    await using opened = await openPage(at.browser, rig.proxy.url)
    await vi.waitFor(async () => expect(await opened.rows()).toHaveLength(1))
    const json = await eventOf(opened)
    for (const key of ['__proto__', 'constructor', 'toString', '', 'a.b', '$x', markup]) {
      expect(json.replace(/\s+/g, ' ')).toContain(`${JSON.stringify(key)}: `)
    }
    expect(await opened.page.locator('main :is(img, script)').count()).toBe(0)
    expect(await opened.page.evaluate(`[window.hacked, {}.hacked, Object.prototype.hacked]`)).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('shows and copies an event as it was, whatever the names of its fields and the size of its numbers', async () => {
    await using rig = await startRig(at.pageRoot)
    const document = new Map<string, unknown>([
      [
        '_id',
        new Map([
          ['year', 2026],
          ['7', 1],
          ['1', 2],
        ]),
      ],
      ['10', 'first'],
      [
        '__proto__',
        new Map([
          ['2', 1],
          ['01', 2],
        ]),
      ],
      ['1', 2n ** 53n + 1n],
    ])
    await rig.things().insertOne(document as never)
    await using opened = await openPage(at.browser, rig.proxy.url)
    await vi.waitFor(async () => expect(await opened.rows()).toEqual(['insert { "year": 2026, "7": 1, "1": 2 }']))
    const json = (await eventOf(opened)).replace(/\s+/g, ' ')
    expect(json).toContain(
      '"10": "first", "__proto__": { "2": 1, "01": 2 }, "1": { "$numberLong": "9007199254740993" }',
    )
  })

  it('shows the beginning of a huge document, and more of it on request', async () => {
    await using rig = await startRig(at.pageRoot)
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`field${index}`, index]))
    let deep: unknown = 'the ground'
    for (let depth = 0; depth < 80; depth++) deep = { deep }
    await rig.things().insertOne({ _id: 1, text: 'x'.repeat(3_000_000), list: Array(100_000).fill('item'), wide, deep })
    await using opened = await openPage(at.browser, rig.proxy.url)
    await shows(opened, toRows(1))
    const { page } = opened
    expect(await page.locator('#list .text').innerText()).toMatch(/^\d\.\d MB$/)
    await eventOf(opened)
    expect(await page.locator('main *').count()).toBeLessThan(1_000)
    await page.getByRole('button', { name: '2,999,700 more characters' }).click()
    expect((await page.locator('.json').innerText()).length).toBeGreaterThan(20_000)
    expect(await page.locator('.json').innerText()).toContain('2,980,000 more characters, not shown')
    await page.getByRole('button', { name: 'list: 100,000 items' }).click()
    await page.getByRole('button', { name: '99,950 more' }).click()
    await page.getByRole('button', { name: '99,900 more' }).waitFor()
    expect(await page.locator('main *').count()).toBeLessThan(2_000)
  })

  it('keeps the newest ten thousand changes of a flood, and draws those in sight', async () => {
    await using rig = await startRig(at.pageRoot)
    await rig.insert(0)
    await using opened = await openPage(at.browser, rig.proxy.url)
    await shows(opened, toRows(0))
    await rig.things().insertMany(Array.from({ length: 10_100 }, (_, index) => ({ _id: index + 1 })))
    const count = opened.page.locator('#count')
    await expect
      .poll(() => count.innerText(), { timeout: 20_000 })
      .toMatch(/^10,101 received, 10,000 shown · nothing missed since \d\d:/)
    expect(await opened.page.locator('#list > *').count()).toBeLessThan(60)
    expect(await opened.page.locator('.change .key').first().innerText()).toBe('10100')
    await opened.page.keyboard.press('End')
    await opened.page.locator('.change[aria-selected=true] .key', { hasText: /^101$/ }).waitFor()
  })

  it('stands still while paused, then catches up; and clears', async () => {
    await using rig = await startRig(at.pageRoot)
    await rig.insert(1)
    await using opened = await openPage(at.browser, rig.proxy.url)
    await shows(opened, toRows(1))
    await opened.page.getByRole('button', { name: 'Pause' }).click()
    await opened.reaches('paused')
    await rig.insert(2, 3)
    await opened.page.getByRole('button', { name: 'Resume (2 new)' }).waitFor()
    expect(await opened.rows()).toEqual(toRows(1))
    await opened.page.getByRole('button', { name: 'Resume' }).click()
    await shows(opened, toRows(3, 2, 1))
    await opened.page.getByRole('button', { name: 'Clear' }).click()
    await shows(opened, [])
    await rig.insert(4)
    await shows(opened, toRows(4))
  })

  it('watches what is chosen, keeps it in the URL, and goes back', async () => {
    await using rig = await startRig(at.pageRoot)
    await rig.insert(1)
    await using opened = await openPage(at.browser, rig.proxy.url)
    await shows(opened, toRows(1))
    const { page } = opened
    await page.getByLabel('Collection').fill('other things')
    await page.getByLabel('Collection').press('Enter')
    await page.getByRole('heading', { name: `Changes in ${rig.db}.other things`, exact: true }).waitFor()
    expect(new URL(page.url()).search).toBe(`?db=${rig.db}&coll=other+things`)
    await opened.reaches('live')
    await rig.things('other things').insertOne({ _id: 2 })
    await shows(opened, toRows(2))

    await page.getByLabel('Collection').fill('')
    await page.getByRole('button', { name: 'Watch' }).click()
    await page.getByRole('heading', { name: `Changes in ${rig.db}`, exact: true }).waitFor()
    expect(new URL(page.url()).search).toBe(`?db=${rig.db}`)
    await page.locator(`#databases option[value="${rig.db}"]`).waitFor({ state: 'attached' })
    await page.locator('#collections option[value=things]').waitFor({ state: 'attached' })

    await page.goBack()
    await page.getByRole('heading', { name: `Changes in ${rig.db}.other things`, exact: true }).waitFor()
    await page.goBack()
    await shows(opened, toRows(1))
    expect(await page.getByLabel('Collection').inputValue()).toBe('things')
  })

  it('shows what matches a filter, keeps it in the URL, and says what is wrong with one', async () => {
    await using rig = await startRig(at.pageRoot)
    await rig.insert(1, 2, 3, 4, 5, 6, 7, 8)
    await rig.things().deleteOne({ _id: 1 })
    await using opened = await openPage(at.browser, rig.proxy.url)
    const { page } = opened
    await opened.reaches('live')
    const filter = page.getByLabel('Filter', { exact: true })
    await filter.fill('nonsense')
    await filter.press('Enter')
    await page.locator('#filter-note.mistake', { hasText: /expected/i }).waitFor()
    expect(new URL(page.url()).search).toBe('')
    await filter.fill('{"operationType": "delete"}')
    await filter.press('Enter')
    await page.getByRole('heading', { name: `Changes in ${rig.db}.things, filtered`, exact: true }).waitFor()
    expect(new URL(page.url()).searchParams.get('where')).toBe('{"operationType": "delete"}')
    await shows(opened, ['delete 1'])
    await opened.reaches('live')
    await rig.insert(9)
    await rig.things().deleteOne({ _id: 9 })
    await shows(opened, ['delete 9', 'delete 1'])

    await filter.fill('{total: {$regex: "1"}}')
    await filter.press('Enter')
    await page.locator('#filter-note.mistake', { hasText: '$regex' }).waitFor()
    await filter.fill('_id: {$gt: 8}')
    await filter.press('Enter')
    await shows(opened, ['delete 9', 'insert 9'])
    await page.goBack()
    await shows(opened, ['delete 9', 'delete 1'])
  })

  it('opens a shared view of a database, with the namespace of each change', async () => {
    await using rig = await startRig(at.pageRoot)
    await using opened = await openPage(at.browser, `${rig.proxy.url}?db=${rig.db}`)
    await opened.reaches('live')
    await rig.things('b').insertOne({ _id: 1 })
    await shows(opened, toRows(1))
    expect(await opened.page.locator('.where').first().innerText()).toBe(`${rig.db}.b`)
  })

  it('with the embedded engine, inserts, updates and deletes at the press of a button or a key', async () => {
    await using rig = await startRig(at.pageRoot, null)
    await using opened = await openPage(at.browser, rig.proxy.url)
    const { page } = opened
    await page.getByRole('heading', { name: `Waiting for changes in ${rig.db}.things` }).waitFor()
    expect(await page.locator('#empty-lines').innerText()).toContain('db.things.insertOne({})')
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.locator('#sandbox-note', { hasText: 'Nothing to delete' }).waitFor()
    await page.getByRole('button', { name: 'Insert' }).click()
    await page.locator('.change[data-operation=insert]').waitFor()
    expect(await page.locator('#empty').isVisible()).toBe(false)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.locator('.change[data-operation=update]').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.locator('.change[data-operation=delete]').waitFor()
    expect(await page.locator('#list > *').count()).toBe(3)
    await vi.waitFor(async () => expect(await page.getByRole('status').innerText()).toMatch(/new change/))
  })

  it('says of an empty view how to make a change that shows up in it', async () => {
    await using rig = await startRig(at.pageRoot, null)
    const where = encodeURIComponent('{"operationType": "insert"}')
    await using opened = await openPage(at.browser, `${rig.proxy.url}?db=elsewhere&where=${where}`)
    const { page } = opened
    await page.getByRole('heading', { name: 'Waiting for changes in elsewhere, filtered' }).waitFor()
    // the button is disabled there
    await vi.waitFor(async () =>
      expect(await page.locator('#empty-hint').innerText()).toMatch(
        /^Only what matches the filter .*\. Type this in mongosh, /,
      ),
    )
    expect(await page.locator('#empty-lines').innerText()).toContain('use elsewhere')
  })

  it('with a MongoDB of one’s own, offers no writes', async () => {
    await using mongo = await startDeployment()
    await using rig = await startRig(at.pageRoot, mongo.uri)
    await using opened = await openPage(at.browser, rig.proxy.url)
    await opened.page.getByText(/^Tailrace \d.*MongoDB \d/).waitFor()
    expect(await opened.page.getByRole('button', { name: 'Insert' }).count()).toBe(0)
  })

  it('is smaller than 100 KB as it is sent', async () => {
    const names = await readdir(at.pageRoot)
    const sizes = await Promise.all(names.map(async (name) => gzipSync(await readFile(join(at.pageRoot, name))).length))
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(100_000)
  })

  it('links to GraphiQL', async () => {
    await using rig = await startRig(at.pageRoot)
    await using opened = await openPage(at.browser, rig.proxy.url)
    const link = opened.page.getByRole('link', { name: 'GraphiQL' })
    await expect
      .poll(() => link.evaluate((element) => (element as unknown as { href: string }).href))
      .toContain(`${rig.proxy.url}graphql?query=subscription`)
  })
})
