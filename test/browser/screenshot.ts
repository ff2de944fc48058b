/**
 * Takes the README's picture of the live page, against a relay with the embedded engine:
 * `node --import tsx test/browser/screenshot.ts [file] [light|dark] [width] [height]`.
 *
 * @module
 */
import { MongoClient } from 'mongodb'
import { createRelay } from '../../src/adapters/node/relay.ts'
import { launchChromium } from './chromium.ts'

const [file = 'docs/page.png', colorScheme = 'light', width = '1200', height = '750'] = process.argv.slice(2)

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
  const { insertedId: old } = await orders.insertOne({ customer: 'Grace', status: 'new', total: 19.9 })
  const { insertedId: _id } = await orders.insertOne({
    customer: { name: 'Ada', city: 'London' },
    items: [
      { sku: 'A-100', quantity: 2, price: 12.5 },
      { sku: 'B-7', quantity: 1, price: 19.8 },
    ],
    status: 'new',
  })
  await orders.updateOne({ _id }, { $set: { status: 'paid' } })
  await orders.deleteOne({ _id: old })
  await page.waitForSelector('.change:nth-child(4)')
  await page.screenshot({ path: file })
} finally {
  await browser.close()
  await client.close()
  await relay.stop()
}
