import { expect, it } from 'vitest'
import { openPage } from './open-page.ts'
import { startRig } from './rig.ts'
import { useBrowser } from './use-browser.ts'

const at = useBrowser()

/** Counts the rows that each frame adds, and notes the longest task, from before the page's own code runs. */
const WATCH = `
  globalThis.work = { most: 0, frames: 0, longestMs: 0 }
  addEventListener('DOMContentLoaded', () => {
    let added = 0
    const rows = new MutationObserver((records) => {
      for (const record of records) added += record.addedNodes.length
    })
    rows.observe(document.querySelector('#list'), { childList: true })
    const frame = () => {
      work.frames += 1
      work.most = Math.max(work.most, added)
      added = 0
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) work.longestMs = Math.max(work.longestMs, entry.duration)
  }).observe({ type: 'longtask' })
`

it('draws no more than what is in sight, however many changes arrive, and never freezes', async () => {
  await using rig = await startRig(at.pageRoot)
  await using opened = await openPage(at.browser, rig.proxy.url, {
    prepare: (page) => void page.addInitScript(WATCH),
  })
  const { page } = opened
  await opened.reaches('live')
  const payload = { name: 'x'.repeat(300), list: Array.from({ length: 20 }, (_, n) => ({ n })) }
  // two hundred a second for five seconds, in small batches
  for (let batch = 0; batch < 50; batch++) {
    const startMs = performance.now()
    await rig.things().insertMany(Array.from({ length: 20 }, (_, n) => ({ _id: batch * 20 + n, ...payload })))
    const restMs = 100 - (performance.now() - startMs)
    if (restMs > 0) await page.waitForTimeout(restMs)
  }
  await expect.poll(() => page.locator('#count').innerText()).toContain('1,000 received')
  const work = await page.evaluate<{ most: number; frames: number; longestMs: number }>('work')
  // a screen of rows, and those around it
  expect(work.most).toBeLessThan(60)
  expect(work.frames).toBeGreaterThan(20)
  expect(work.longestMs).toBeLessThan(1_000)
  console.log(work)
})
