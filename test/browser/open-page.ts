import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'

/** The live page in a tab of its own, watched for whatever it should not do. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page
  /** What the rows say, newest first: `insert 1`, or `gap`. */
  rows(): Promise<string[]>
  /** Waits until the page says that it is in this state. */
  reaches(state: string): Promise<void>
  /** Connections fail on purpose from here on: the browser's own reports of that are no errors of the page. */
  expectOutage(): void
}

/** Only the rows in sight are drawn: reads them screen by screen, and goes back to where the list was. */
const READ_ROWS = `(async () => {
  const scroller = document.querySelector('#scroller')
  const start = scroller.scrollTop
  const rows = []
  const read = () => {
    for (const row of document.querySelectorAll('#list > *')) {
      const badge = row.querySelector('.badge')?.textContent
      const key = row.querySelector('.key')?.title
      rows[row.ariaPosInSet - 1] = badge === undefined ? 'gap' : [badge, key].filter(Boolean).join(' ')
    }
  }
  read()
  if (scroller.scrollHeight > scroller.clientHeight + 1) {
    for (let top = 0; top < scroller.scrollHeight; top += scroller.clientHeight) {
      scroller.scrollTop = top
      // an event of scrolling comes with the frame
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      read()
    }
    scroller.scrollTop = start
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  }
  return rows
})()`

const OUTAGE = /WebSocket connection to|Failed to load resource|net::ERR_/

export interface OpenPageOptions {
  /** Called before anything is loaded. */
  prepare?: (page: Page) => void
  /** Requests are refused on purpose from the first on. */
  isRefused?: boolean
}

/**
 * Opens a URL in a new tab.
 *
 * Closing it asserts that there was no error or warning on the console, no uncaught exception, no violation of the
 * Content-Security-Policy and no request to another host.
 */
export async function openPage(
  browser: Browser,
  url: string,
  { prepare, isRefused = false }: OpenPageOptions = {},
): Promise<OpenPage> {
  const page = await browser.newPage()
  const complaints: string[] = []
  let outage = isRefused
  const { host } = new URL(url)

  page.on('console', (message) => {
    const isOutage = outage && OUTAGE.test(message.text())
    if (['error', 'warning'].includes(message.type()) && !isOutage) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (new URL(request.url()).host !== host) complaints.push(`request to ${request.url()}`)
  })
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== host) complaints.push(`socket to ${socket.url()}`)
  })
  prepare?.(page)
  await page.exposeFunction('reportViolation', (text: string) => complaints.push(`CSP: ${text}`))
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (event) => reportViolation(event.violatedDirective))`,
  )
  await page.goto(url)

  return {
    page,
    rows: () => page.evaluate(READ_ROWS),
    reaches: async (state) => {
      await page.waitForSelector(`#status[data-state="${state}"]`)
    },
    expectOutage() {
      outage = true
    },
    async [Symbol.asyncDispose]() {
      await page.close()
      expect(complaints).toEqual([])
    },
  }
}
