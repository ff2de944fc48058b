import { createRelay } from '../src/relay.ts'
import { launchChromium } from './browser/chromium.ts'
const relay = await createRelay({ port: 0, auth: { tokens: [{ token: 'a-token-of-sixteen-or-more', subject: 'a' }] } })
const browser = await launchChromium()
for (const [name, w, h, scheme] of [['light', 1200, 600, 'light'], ['dark', 1200, 600, 'dark'], ['narrow', 390, 700, 'light']] as const) {
  const page = await browser.newPage({ viewport: { width: w, height: h }, colorScheme: scheme })
  await page.goto(relay.url)
  await page.locator('#sign-in').waitFor()
  if (name === 'narrow') { await page.getByLabel('Token').fill('not-good-token-at-all'); await page.getByRole('button', { name: 'Sign in' }).click(); await page.waitForTimeout(800) }
  await page.screenshot({ path: `/tmp/sign-in-${name}.png` })
  if (name === 'light') { await page.getByLabel('Token').fill('a-token-of-sixteen-or-more'); await page.getByRole('button', { name: 'Sign in' }).click(); await page.waitForSelector('#status[data-state=live]'); await page.screenshot({ path: `/tmp/signed-in.png` }) }
}
await browser.close(); await relay.stop(); process.exit(0)
