import { describe, expect, it, vi } from 'vitest'
import { startProxy } from '../support/proxy.ts'
import { openPage } from './open-page.ts'
import { startDeployment, startRig } from './rig.ts'
import { shows, toRows } from './rows.ts'
import { useBrowser } from './use-browser.ts'

const at = useBrowser()

describe('the live page', () => {
  it('continues after its last change when the network fails: nothing missed, nothing twice', async () => {
    await using rig = await startRig(at.pageRoot)
    await rig.insert(1)
    await using opened = await openPage(at.browser, rig.proxy.url)
    await shows(opened, toRows(1))
    opened.expectOutage()
    rig.proxy.interrupt()
    await opened.reaches('reconnecting')
    expect(await opened.page.locator('#notice').innerText()).toContain('The relay cannot be reached')
    // more than the relay remembers: only a token brings them all
    await rig.things().insertMany(Array.from({ length: 150 }, (_, index) => ({ _id: index + 2 })))
    rig.proxy.restore()
    await opened.reaches('live')
    await rig.insert(152)
    await shows(opened, toRows(...Array.from({ length: 152 }, (_, index) => 152 - index)))
    expect(await opened.page.locator('#notice').isVisible()).toBe(false)
  })

  it('misses nothing, and says so, when the network fails before anything has happened', async () => {
    await using rig = await startRig(at.pageRoot)
    await using opened = await openPage(at.browser, rig.proxy.url)
    await opened.reaches('live')
    const since = await opened.page.locator('#count').innerText()
    expect(since).toMatch(/^nothing missed since \d\d:/)
    opened.expectOutage()
    rig.proxy.interrupt()
    await opened.reaches('reconnecting')
    expect(await opened.page.locator('#count').innerText()).toBe('')
    await rig.insert(1)
    rig.proxy.restore()
    await shows(opened, toRows(1))
    expect(await opened.page.locator('#count').innerText()).toBe(`1 received · ${since}`)
  })

  it('continues after its last change when the relay is restarted', async () => {
    await using mongo = await startDeployment()
    await using before = await startRig(at.pageRoot, mongo.uri)
    await before.insert(1)
    await using opened = await openPage(at.browser, before.proxy.url)
    await shows(opened, toRows(1))
    opened.expectOutage()
    await before.relay.stop()
    await opened.reaches('reconnecting')
    await before.insert(2, 3)
    await using after = await startRig(at.pageRoot, mongo.uri)
    before.leadTo(after.relay.url)
    // it may have tried again by itself already: then there is no button any more to wait for
    await opened.page.dispatchEvent('#retry', 'click')
    await opened.reaches('live')
    await before.insert(4)
    await shows(opened, toRows(4, 3, 2, 1))
  })

  it('says that MongoDB cannot be reached while that is so, and goes on afterwards', async () => {
    await using deployment = await startDeployment()
    const mongo = await startProxy(await deployment.server())
    try {
      await using rig = await startRig(at.pageRoot, deployment.uriThrough(mongo.port))
      await rig.insert(1)
      await using opened = await openPage(at.browser, rig.proxy.url)
      await shows(opened, toRows(1))
      await opened.reaches('live')
      mongo.interrupt()
      await opened.reaches('interrupted')
      expect(await opened.page.locator('#notice').innerText()).toContain('cannot reach MongoDB')
      mongo.restore()
      await opened.reaches('live')
      await rig.insert(2)
      await shows(opened, toRows(2, 1))
    } finally {
      await mongo.stop()
    }
  })

  it('says that there is a gap when the history no longer reaches back to its position, and goes on', async () => {
    await using deployment = await startDeployment({ oplogBytes: 100_000 })
    const engine = deployment.engineFor('an oplog that forgets at once')
    await using rig = await startRig(at.pageRoot, engine.uri)
    await rig.insert(1)
    await using opened = await openPage(at.browser, rig.proxy.url)
    await shows(opened, toRows(1))
    opened.expectOutage()
    // another one, because this one remembers the events itself
    await rig.relay.stop()
    await opened.reaches('reconnecting')
    const filler = 'x'.repeat(50_000)
    for (let _id = 100; _id < 110; _id++) await rig.things('elsewhere').insertOne({ _id, filler })
    await rig.insert(2)
    await using after = await startRig(at.pageRoot, engine.uri)
    rig.leadTo(after.relay.url)
    // it may have tried again by itself already: then there is no button any more to wait for
    await opened.page.dispatchEvent('#retry', 'click')
    await vi.waitFor(async () => expect(await opened.rows()).toContain('gap'))
    await rig.insert(3)
    await vi.waitFor(async () => expect((await opened.rows())[0]).toBe('insert 3'))
    expect((await opened.rows()).slice(-2)).toEqual(['gap', 'insert 1'])
    expect(await opened.page.locator('.gap').innerText()).toMatch(/may be missing/)
  })

  it('says what is wrong with a view, and does not try again', async () => {
    await using rig = await startRig(at.pageRoot)
    let sockets = 0
    await using opened = await openPage(at.browser, `${rig.proxy.url}?coll=things`, {
      prepare: (page) => page.on('websocket', () => (sockets += 1)),
    })
    await opened.reaches('failed')
    expect(await opened.page.locator('#notice').innerText()).toMatch(/`?db`?.*\. Choose what to watch/)
    expect(sockets).toBe(1)
    await opened.page.getByRole('button', { name: 'Try again' }).click()
    await vi.waitFor(() => expect(sockets).toBe(2))
    await opened.reaches('failed')
  })
})
