import { describe, expect, it } from 'vitest'
import { createDeployment } from '../../../src/relay/mongo/deployment.ts'
import { createNamespaceList } from '../../../src/relay/mongo/namespaces.ts'
import { openDeployment } from '../../support/deployment.ts'
import { useOnEnd } from '../../support/on-end.ts'

describe('the list of namespaces', () => {
  const onEnd = useOnEnd()

  it('is asked of MongoDB once for all who ask meanwhile, for whatever database, and again later', async () => {
    const server = await openDeployment()
    onEnd(() => server.stop())
    const db = server.newDb()
    await server.client.db(db).createCollection('c')
    const deployment = createDeployment({ uri: server.uri })
    onEnd(() => deployment.close())
    const commands: string[] = []
    const client = deployment.control.current()
    client.options.monitorCommands = true
    client.on('commandStarted', ({ commandName }) => commands.push(commandName))
    const list = createNamespaceList(deployment)
    const asked = [...Array.from({ length: 20 }, () => db), ...Array.from({ length: 20 }, (_, n) => `${db}_${n}`)]
    const lists = await Promise.all(asked.map((name) => list(name)))
    expect(lists[19]).toEqual([{ db }, { db, coll: 'c' }])
    expect(lists[20]).toEqual([])
    expect(commands.sort()).toEqual(['listCollections', 'listDatabases'])
    await server.client.db(db).createCollection('d')
    expect(await list(db)).toEqual([{ db }, { db, coll: 'c' }, { db, coll: 'd' }])
  })
})
