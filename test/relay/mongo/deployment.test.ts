import { describe, expect, it } from 'vitest'
import { createDeployment } from '../../../src/relay/mongo/deployment.ts'

/** What the driver makes of a URI, on both of a deployment's clients. Connects to nothing. */
async function optionsOf(uri: string) {
  const deployment = createDeployment({ uri })
  const options = [deployment.streams, deployment.control].map((holder) => holder.current().options)
  await deployment.close()
  return options
}

describe('a connection string', () => {
  it.each([
    [
      'mongodb://u%40x:p%2Fw@a:1,b:2/?replicaSet=rs0&authSource=users&authMechanism=SCRAM-SHA-256',
      {
        replicaSet: 'rs0',
        credentials: expect.objectContaining({
          username: 'u@x',
          password: 'p/w',
          source: 'users',
          mechanism: 'SCRAM-SHA-256',
        }),
        hosts: [expect.objectContaining({ host: 'a', port: 1 }), expect.objectContaining({ host: 'b', port: 2 })],
      },
    ],
    [
      'mongodb+srv://u:p@cluster.example.net/shop?retryWrites=true&w=majority&srvMaxHosts=2',
      { srvHost: 'cluster.example.net', srvMaxHosts: 2, tls: true, retryWrites: true, dbName: 'shop' },
    ],
    [
      'mongodb://h/?tls=true&tlsCAFile=/etc/ca.pem&tlsCertificateKeyFile=/etc/client.pem&authMechanism=MONGODB-X509&authSource=%24external',
      {
        tls: true,
        tlsCAFile: '/etc/ca.pem',
        tlsCertificateKeyFile: '/etc/client.pem',
        credentials: expect.objectContaining({ mechanism: 'MONGODB-X509', source: '$external' }),
      },
    ],
    [
      'mongodb://h/?readPreference=secondaryPreferred&readPreferenceTags=dc:ny&compressors=zlib&directConnection=true',
      {
        readPreference: expect.objectContaining({ mode: 'secondaryPreferred', tags: [{ dc: 'ny' }] }),
        compressors: ['zlib'],
        directConnection: true,
      },
    ],
    [
      'mongodb://h/?appName=mine&connectTimeoutMS=9000&serverSelectionTimeoutMS=8000&heartbeatFrequencyMS=7000',
      { appName: 'mine', connectTimeoutMS: 9_000, serverSelectionTimeoutMS: 8_000, heartbeatFrequencyMS: 7_000 },
    ],
    ['mongodb://h/', { appName: 'tailrace', connectTimeoutMS: 3_000, serverSelectionTimeoutMS: 2_000 }],
  ])('arrives at the driver as it is: %s', async (uri, expected) => {
    for (const options of await optionsOf(uri)) expect(options).toMatchObject(expected)
  })

  it('does not bound the connections that waiting streams pin', async () => {
    const [streams, control] = await optionsOf('mongodb://h/?maxPoolSize=5')
    expect(streams?.maxPoolSize).toBe(0)
    expect(control?.maxPoolSize).toBe(10)
  })
})
