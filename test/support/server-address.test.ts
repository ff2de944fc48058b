import { MongoClient } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { uriThrough } from './server-address.ts'

describe('a URI through a proxy', () => {
  it.each([
    ['mongodb://h:1', 'mongodb://127.0.0.1:9/?directConnection=true'],
    ['mongodb://a:1,b:2,c:3/?replicaSet=rs0', 'mongodb://127.0.0.1:9/?directConnection=true'],
    [
      'mongodb://u:p%40@h:1/db?authSource=admin&replicaSet=rs0',
      'mongodb://u:p%40@127.0.0.1:9/db?authSource=admin&directConnection=true',
    ],
    [
      'mongodb://h/?tls=true&tlsCAFile=%2Fca.pem',
      'mongodb://127.0.0.1:9/?tls=true&tlsCAFile=%2Fca.pem&directConnection=true&tlsAllowInvalidHostnames=true',
    ],
    [
      'mongodb://h/?ssl=true&tlsInsecure=true',
      'mongodb://127.0.0.1:9/?tlsInsecure=true&directConnection=true&tls=true',
    ],
    [
      'mongodb+srv://u:p@cluster.example/?srvMaxHosts=2',
      'mongodb://u:p@127.0.0.1:9/?directConnection=true&tls=true&tlsAllowInvalidHostnames=true',
    ],
    ['mongodb+srv://cluster.example/?tls=false', 'mongodb://127.0.0.1:9/?tls=false&directConnection=true'],
  ])('of %s has its options, for that one server', (uri, expected) => {
    expect(uriThrough(uri, 9)).toBe(expected)
    expect(() => new MongoClient(expected.replace('&tlsCAFile=%2Fca.pem', ''))).not.toThrow()
  })
})
