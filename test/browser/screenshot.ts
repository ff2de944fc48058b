/**
 * Takes the README's picture of the live page, against a relay with the embedded engine:
 * `node --import tsx test/browser/screenshot.ts [file] [light|dark] [width] [height]`.
 *
 * @module
 */
import { MongoClient, type ObjectId } from 'mongodb'
import { createRelay } from '../../src/adapters/node/relay.ts'
import { launchChromium } from './chromium.ts'

const [file = 'docs/page.png', colorScheme = 'light', width = '1200', height = '700'] = process.argv.slice(2)

const relay = await createRelay({ port: 0, namespace: 'shop.orders' })
const client = new MongoClient(relay.engineUri ?? '')
const browser = await launchChromium()
try {
  const page = await browser.newPage({
    viewport: { width: Number(width), height: Number(height) },
    colorScheme: colorScheme === 'dark' ? 'dark' : 'light',
    // rows do not glow on arrival
    reducedMotion: 'reduce',
  })
  await page.goto(relay.url)
  await page.waitForSelector('#status[data-state=live]')

  const orders = client.db('shop').collection('orders')
  const names = ['Ada', 'Grace', 'Linus', 'Barbara', 'Edsger', 'Katherine', 'Alan', 'Margaret']
  let last: ObjectId | undefined
  for (const [index, customer] of [...names, ...names].entries()) {
    const total = 19.9 + ((index * 37) % 90)
    const { insertedId: _id } = await orders.insertOne({ customer, status: 'new', total, items: [{ sku: 'A-100' }] })
    if (index % 3 !== 1) {
      const $set = { status: 'paid', paidAt: new Date(), 'items.0.quantity': 1 + (index % 3) }
      await orders.updateOne({ _id }, { $set })
    }
    if (index % 4 === 2 && last !== undefined) await orders.deleteOne({ _id: last })
    if (index % 5 === 4) await orders.updateOne({ _id }, { $set: { status: 'shipped' }, $unset: { paidAt: 1 } })
    last = _id
  }
  await page.locator('.change[data-operation=update]').nth(2).click()
  await page.locator('#chips button').nth(2).waitFor()
  await page.screenshot({ path: file })
} finally {
  await browser.close()
  await client.close()
  await relay.stop()
}
