import { describe, expect, it, vi } from 'vitest'
import { variableOf } from '../../src/relay/options/option.ts'
import { SETTING_ROWS } from '../../src/relay/options/table.ts'
import { hasNatsServer, startNatsServer } from '../support/nats-server.ts'
import { address, usePrograms } from '../support/process/program.ts'
import { useOnEnd } from '../support/on-end.ts'
import { askRaw } from '../support/raw-http.ts'
import { useDeployment } from '../support/use-deployment.ts'
import { at, read, readImage } from './containers.ts'
import { readYaml } from './yaml.ts'

// Nothing here runs containers: their processes are run as the manifests say, but for ports and addresses.

const image = readImage()
const compose = readYaml(read('deploy/compose-backbone.yaml'))[0]
const [kubernetes] = readYaml(read('deploy/kubernetes-backbone.yaml'))
const environment = (service: string) => at(compose, 'services', service, 'environment') as Record<string, string>

describe('the manifests with a backbone', () => {
  const deployment = useDeployment()
  const start = usePrograms(['--no-warnings', ...image.entrypoint.slice(1)])
  const onEnd = useOnEnd()

  it.skipIf(!hasNatsServer)('start ingesters, and relays that need no MongoDB', { timeout: 60_000 }, async () => {
    const config = read('deploy/nats.conf')
      .replace(/^listen:.*$/m, '')
      .replace(/^jetstream \{[^}]*\}$/m, '')
    const nats = await startNatsServer({ config, env: environment('nats') })
    onEnd(() => nats.stop())
    const { host } = new URL(nats.url)
    const env = (service: string) =>
      Object.fromEntries(
        Object.entries({ ...image.env, ...environment(service), PORT: '0' }).map(([name, value]) => [
          name,
          name === 'MONGODB_URI' ? deployment.uri : value.replace('nats:4222', host),
        ]),
      )
    const ingester = start(at(compose, 'services', 'ingester', 'command') as string[], env('ingester'))
    const relay = start([], env('tailrace'))
    const page = await address(relay, 'Live page')
    expect(relay.stdout()).not.toContain('MongoDB')
    for (const name of ['127.0.0.1:8888', 'localhost:8889', 'tailrace:8888']) {
      expect([name, (await askRaw(page, { host: name, target: '/', headers: ['Connection: close'] }))?.status]).toEqual(
        [name, 200],
      )
    }
    const ready = () => askRaw(page, { host: 'tailrace:8888', target: '/readyz', headers: ['Connection: close'] })
    await vi.waitFor(async () => expect((await ready())?.status).toBe(200), { timeout: 20_000 })
    for (const { child, exited } of [relay, ingester]) {
      child.kill('SIGTERM')
      expect(await exited).toBe(0)
    }
  })

  it('set variables that exist, to values that are valid', () => {
    const kinds = new Map(SETTING_ROWS.map(([key, setting]) => [variableOf(key, setting), setting.kind]))
    const container = at(kubernetes, 'spec', 'template', 'spec', 'containers', 0)
    expect(at(container, 'args')).toEqual(['ingest'])
    const variables = at(container, 'env') as { readonly name: string; readonly value?: string }[]
    expect(variables).toHaveLength(3)
    const all = [
      ...variables,
      ...['ingester', 'tailrace'].flatMap((service) =>
        Object.entries(environment(service)).map(([name, value]) => ({ name, value })),
      ),
    ]
    for (const { name, value } of all) {
      expect([...kinds.keys()]).toContain(name)
      if (value !== undefined) expect(() => kinds.get(name)?.read(value)).not.toThrow()
    }
  })
})
