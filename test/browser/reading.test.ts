import { describe, expect, it } from 'vitest'
import { type OpenPage, openPage } from './open-page.ts'
import { startRig } from './rig.ts'
import { shows, toRows } from './rows.ts'
import { useBrowser } from './use-browser.ts'

const at = useBrowser()

/** What the list says of the row at this place, from the top of what is drawn. */
const textOf = ({ page }: OpenPage, operation: string) =>
  page.locator(`.change[data-operation=${operation}] .text`).first().innerText()

const keyOf = ({ page }: OpenPage) => page.locator('[aria-selected=true] .key').innerText()

describe('reading the live page', () => {
  it('shows at least 25 changes on a screen of 1440 × 900, one line each', async () => {
    await using rig = await startRig(at.pageRoot)
    await using opened = await openPage(at.browser, rig.proxy.url)
    await opened.page.setViewportSize({ width: 1440, height: 900 })
    await opened.reaches('live')
    await rig.things().insertMany(Array.from({ length: 100 }, (_, _id) => ({ _id, text: 'x y '.repeat(1_000) })))
    await expect.poll(() => opened.page.locator('#count').innerText()).toContain('100 received')
    const inSight = `(() => {
      const { top, bottom } = document.querySelector('#scroller').getBoundingClientRect()
      const boxes = [...document.querySelectorAll('#list > *')].map((row) => row.getBoundingClientRect())
      return boxes.filter((box) => box.top >= top && box.bottom <= bottom).length
    })()`
    expect(await opened.page.evaluate(inSight)).toBeGreaterThanOrEqual(25)
  })

  it('says what was there before and what is, where the collection records images', async () => {
    await using rig = await startRig(at.pageRoot)
    await using opened = await openPage(at.browser, rig.proxy.url)
    await opened.reaches('live')
    const images = { changeStreamPreAndPostImages: { enabled: true } }
    await rig.things().insertOne({ _id: 1, status: 'new', note: 'x', deep: { list: [1, 2] } })
    await rig.command({ collMod: 'things', ...images })
    await rig
      .things()
      .updateOne({ _id: 1 }, { $set: { status: 'paid', paid: true, 'deep.list.1': 3 }, $unset: { note: 1 } })
    await rig.things().replaceOne({ _id: 1 }, { status: 'merged', paid: true })
    await rig.things().deleteOne({ _id: 1 })
    await shows(opened, ['delete 1', 'replace 1', 'update 1', 'insert 1'])
    const update = await textOf(opened, 'update')
    for (const part of ['status: "new" → "paid"', '+paid', 'deep.list.1: 2 → 3', '-note']) {
      expect(update).toContain(part)
    }
    expect(await textOf(opened, 'replace')).toContain('status: "paid" → "merged"')
    expect(await textOf(opened, 'delete')).toBe('status: "merged", paid: true')
    await opened.page.locator('.change[data-operation=update]').click()
    const status = opened.page.locator('.field', { hasText: 'status' })
    expect(await status.locator('.old').innerText()).toContain('"new"')
    expect(await status.locator('.new').innerText()).toContain('"paid"')
  })

  it('says how to have recorded what was there before, where that is not', async () => {
    await using rig = await startRig(at.pageRoot)
    await rig.command({ create: 'things', changeStreamPreAndPostImages: { enabled: false } })
    await using opened = await openPage(at.browser, rig.proxy.url)
    await opened.reaches('live')
    await rig.insert(1)
    await rig.things().updateOne({ _id: 1 }, { $set: { a: 1 } })
    await shows(opened, ['update 1', 'insert 1'])
    expect(await textOf(opened, 'update')).toBe('a: 1')
    await opened.page.keyboard.press('j')
    const hint = opened.page.locator('.hint')
    expect(await hint.locator('code').innerText()).toBe(
      `use ${rig.db}\ndb.runCommand({ collMod: "things", changeStreamPreAndPostImages: { enabled: true } })`,
    )
    await rig.command({ collMod: 'things', changeStreamPreAndPostImages: { enabled: true } })
    await rig.things().updateOne({ _id: 1 }, { $set: { a: 2 } })
    await expect.poll(() => textOf(opened, 'update')).toBe('a: 1 → 2')
    await opened.page.keyboard.press('g')
    await opened.page.locator('.side.old').waitFor()
    expect(await hint.count()).toBe(0)
  })

  it('copies the value that is pointed at', async () => {
    await using rig = await startRig(at.pageRoot)
    await using opened = await openPage(at.browser, rig.proxy.url)
    const { page } = opened
    await opened.reaches('live')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await rig
      .things()
      .insertOne({ _id: 1, deep: { text: 'a\u202e"b"', list: Array.from({ length: 60 }, (_, n) => n) } })
    await page.locator('.change').click()
    await page.getByRole('tab', { name: 'Document' }).click()
    await page.locator('.row', { hasText: '"text"' }).hover()
    await page.getByRole('button', { name: 'Copy the value' }).click()
    await page.getByText('Copied').waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('a\u202e"b"')
  })

  it('walks through the changes by keys, and shows each beside the list', async () => {
    await using rig = await startRig(at.pageRoot)
    await rig.insert(1, 2, 3)
    await using opened = await openPage(at.browser, rig.proxy.url)
    await shows(opened, toRows(3, 2, 1))
    const { page } = opened
    const detail = page.locator('#detail')
    expect(await detail.isVisible()).toBe(false)
    await page.keyboard.press('j')
    expect(await keyOf(opened)).toBe('3')
    await page.keyboard.press('j')
    await page.keyboard.press('ArrowDown')
    expect(await keyOf(opened)).toBe('1')
    await page.keyboard.press('j')
    expect(await keyOf(opened)).toBe('1')
    await page.keyboard.press('k')
    expect(await keyOf(opened)).toBe('2')
    expect(await detail.locator('dd').first().innerText()).toMatch(/^2/)
    await page.keyboard.press('2')
    expect(await detail.getByRole('tabpanel').innerText()).toContain('{ "_id": 2 }')
    await page.keyboard.press('Escape')
    expect(await detail.isVisible()).toBe(false)

    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' })
    // letters are letters where a person types
    await page.keyboard.press('/')
    await page.keyboard.type('jk?')
    expect(await page.getByRole('searchbox').inputValue()).toBe('jk?')
    expect(await detail.isVisible()).toBe(false)
  })

  it('takes a key that comes before the focus has left a dialog that was closed', async () => {
    await using rig = await startRig(at.pageRoot)
    await using opened = await openPage(at.browser, rig.proxy.url)
    const { page } = opened
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.evaluate(() => {
      const dialog = document.querySelector<HTMLDialogElement>('dialog[open]')
      const inside = dialog?.querySelector('button')
      dialog?.close()
      inside?.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true, cancelable: true }))
    })
    await page.keyboard.type('jk?')
    expect(await page.getByRole('searchbox').inputValue()).toBe('jk?')
  })

  it('stays where it is read while changes arrive, and says how many are above', async () => {
    await using rig = await startRig(at.pageRoot)
    await using opened = await openPage(at.browser, rig.proxy.url)
    await opened.reaches('live')
    const { page } = opened
    await rig.things().insertMany(Array.from({ length: 200 }, (_, _id) => ({ _id })))
    await expect.poll(() => page.locator('#count').innerText()).toContain('200 received')
    await page.locator('#scroller').evaluate((scroller) => scroller.scrollTo({ top: 1_000 }))
    const row = page.locator('.change', { has: page.locator('.key', { hasText: /^155$/ }) })
    await row.waitFor()
    const before = await row.boundingBox()
    await rig.insert(...Array.from({ length: 12 }, (_, index) => 1_000 + index))
    await page.getByRole('button', { name: '12 new ↑' }).waitFor()
    expect(await row.boundingBox()).toEqual(before)
    await page.getByRole('button', { name: '12 new ↑' }).click()
    await page.locator('.key', { hasText: /^1011$/ }).waitFor()
    expect(await page.locator('#unseen').isVisible()).toBe(false)
    await rig.insert(2_000)
    await page.locator('.key', { hasText: /^2000$/ }).waitFor()
  })

  it('finds what was received, and saves what it shows as lines of JSON', async () => {
    await using rig = await startRig(at.pageRoot)
    await using opened = await openPage(at.browser, rig.proxy.url)
    await opened.reaches('live')
    for (const [_id, text] of ['Ada!', 'Grace', 'ada!'].entries()) await rig.things().insertOne({ _id, text })
    await shows(opened, toRows(2, 1, 0))
    const search = opened.page.getByRole('searchbox')
    await search.fill('"ADA')
    await shows(opened, toRows(2, 0))
    await rig.things().insertOne({ _id: 3, text: 'Adams' })
    await rig.things().insertOne({ _id: 4, text: 'Alan' })
    await shows(opened, toRows(3, 2, 0))
    const saving = opened.page.waitForEvent('download')
    await opened.page.getByRole('button', { name: 'Export' }).click()
    const download = await saving
    expect(download.suggestedFilename()).toBe(`${rig.db}.things.ndjson`)
    const chunks: Buffer[] = []
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
    const lines = Buffer.concat(chunks).toString().trim().split('\n')
    const saved = lines.map((line) => (JSON.parse(line) as { fullDocument: { _id: number } }).fullDocument._id)
    expect(saved).toEqual([0, 2, 3])
    await search.fill('nowhere')
    await opened.page.getByText(/^Nothing of what was received/).waitFor()
    await search.fill('')
    await shows(opened, toRows(4, 3, 2, 1, 0))
  })

  it('writes out what cannot be seen, and keeps one value from turning the next around', async () => {
    await using rig = await startRig(at.pageRoot)
    await using opened = await openPage(at.browser, rig.proxy.url)
    await opened.reaches('live')
    await rig.things().insertOne({ _id: 'a\u202eb', 'n\u200bame': 'x\u2066y\u0085', hebrew: 'שלום' })
    await opened.page.locator('.change').waitFor()
    expect(await opened.page.locator('.change .key').innerText()).toBe('a\\u202eb')
    expect(await textOf(opened, 'insert')).toContain('\\u200b')
    await opened.page.keyboard.press('j')
    await opened.page.keyboard.press('3')
    const shown = `${await opened.page.locator('body').innerText()}${await opened.page.locator('main').innerHTML()}`
    expect(shown).not.toMatch(/[\u0085\u200b\u202e\u2066]/)
    const isolated = await opened.page
      .locator('.text span')
      .evaluateAll((spans) => spans.every((span) => getComputedStyle(span).unicodeBidi === 'isolate'))
    expect(isolated).toBe(true)
  })
})
