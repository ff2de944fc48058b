import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openDeployment, type TestDeployment } from '../support/deployment.ts'
import { address, type Program, usePrograms } from '../support/process/program.ts'
import { askRaw } from '../support/raw-http.ts'
import { at, compose, ofKind, read, readImage } from './containers.ts'

// Nothing here runs containers: their processes are run as the manifests say, but for ports, the address of MongoDB,
// and where files are mounted.

const image = readImage()
const QUERY = `/graphql?query=${encodeURIComponent('{ relay { embedded } }')}`

let deployment: TestDeployment
let folder = ''

beforeAll(async () => {
  deployment = await openDeployment()
  folder = await mkdtemp(join(tmpdir(), 'tailrace-deploy-'))
})

afterAll(async () => {
  await deployment.stop()
  await rm(folder, { recursive: true })
})

const start = usePrograms(['--no-warnings', ...readOnly(), ...image.entrypoint.slice(1)])

const check = usePrograms([])

/** Flags that let Node read files, and write none, as on a file system that is mounted so. */
function readOnly(): string[] {
  const known = process.allowedNodeEnvironmentFlags
  const flag = ['--permission', '--experimental-permission'].find((name) => known.has(name))
  return flag === undefined ? [] : [flag, '--allow-fs-read=*', ...(known.has('--allow-net') ? ['--allow-net'] : [])]
}

/** Runs the image with more variables. */
function run(env: Readonly<Record<string, string>>): Program {
  return start([], { ...image.env, ...env, PORT: '0' })
}

/** Asks as a proxy, a probe or another container would: by another name than that of this machine. */
async function status(url: string, host: string, target: string, headers: readonly string[] = []): Promise<number> {
  return (await askRaw(url, { host, target, headers: ['Connection: close', ...headers] }))?.status ?? 0
}

function healthcheck(port: string): Promise<number | null> {
  return check(image.healthcheck.slice(1), { ...image.env, PORT: port }).exited
}

describe('the image', () => {
  it('starts from its entry point', () => {
    expect(image.entrypoint).toEqual(['node', JSON.parse(read('package.json')).bin.tailrace])
    expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
  })

  it('says what it needs before others may reach it, and nothing else', async () => {
    const program = run({})
    expect(await program.exited).toBe(2)
    expect(program.stderr()).toContain('--allow-anonymous')
    expect(program.stderr().trim().split('\n')).toHaveLength(1)
  })

  it('starts as its first comment says, and its health check sees whether it lives', async () => {
    const program = run(image.advisedEnv)
    const page = await address(program, 'Live page')
    const { port } = new URL(page)
    for (const host of ['127.0.0.1:8888', 'localhost:8888']) expect(await status(page, host, '/')).toBe(200)
    expect(await healthcheck(port)).toBe(0)
    program.child.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    expect(await healthcheck(port)).toBe(1)
  })
})

describe('the Compose file', () => {
  const service = at(compose, 'services', 'tailrace')
  const variables = at(service, 'environment') as Record<string, string>

  it('starts a relay that the machine, and other containers, can use', async () => {
    expect(variables['MONGODB_URI']).toContain('mongodb://mongo:27017')
    const program = run({ ...variables, MONGODB_URI: deployment.uri })
    const page = await address(program, 'Live page')
    expect(program.stdout()).not.toContain('MongoDB')
    for (const host of ['127.0.0.1:8888', 'localhost:8888', 'tailrace:8888']) {
      expect([host, await status(page, host, '/')]).toEqual([host, 200])
      expect([host, await status(page, host, QUERY)]).toEqual([host, 200])
    }
    await vi.waitFor(async () => expect(await status(page, 'tailrace:8888', '/readyz')).toBe(200), { timeout: 20_000 })
    const stoppedAtMs = performance.now()
    program.child.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    const graceMs = 1_000 * Number.parseInt(String(at(service, 'stop_grace_period')))
    expect(performance.now() - stoppedAtMs).toBeLessThan(graceMs)
  })

  it('opens the relay to this machine alone, and gives it no rights', () => {
    expect(at(service, 'ports')).toEqual([`127.0.0.1:${image.env['PORT']}:${image.env['PORT']}`])
    expect(at(service, 'read_only')).toBe(true)
    expect(at(service, 'cap_drop')).toEqual(['ALL'])
    // Compose takes no other values
    for (const value of Object.values(variables)) expect(typeof value).toBe('string')
  })

  it.each([
    ['starts a set that is not there yet, and waits', false, false, 1, 1],
    ['waits for a primary', true, false, 1, 0],
    ['knows a primary', true, true, 0, 0],
  ])('%s, whatever it does to quit', (_name, isStarted, isPrimary, code, starts) => {
    const [, ...command] = at(compose, 'services', 'mongo', 'healthcheck', 'test') as string[]
    expect(command.slice(0, 3)).toEqual(['mongosh', '--quiet', '--eval'])
    let started = 0
    const codes: number[] = []
    const quit = (given: number) => {
      codes.push(given)
      // mongosh does not come back from it
      throw new Error('quit')
    }
    const rs = {
      status() {
        if (!isStarted) throw new Error('no replset config has been received')
      },
      initiate: ({ _id, members }: { _id: string; members: { host: string }[] }) => {
        expect(`mongodb://${members[0]?.host}/?replicaSet=${_id}`).toBe(variables['MONGODB_URI'])
        started++
      },
    }
    const db = { hello: () => ({ isWritablePrimary: isPrimary }) }
    expect(() => runInNewContext(command[3] ?? '', { rs, db, quit })).toThrow('quit')
    expect([codes[0], started]).toEqual([code, starts])
  })
})

describe('the Kubernetes manifests', () => {
  const pod = at(ofKind('Deployment'), 'spec', 'template')
  const container = at(pod, 'spec', 'containers', 0)
  const SECRETS = { 'mongodb-uri': () => deployment.uri, token: () => 'a-token-of-32-characters-or-more' }
  const token = ['Authorization: Bearer a-token-of-32-characters-or-more']

  /** Puts what the volumes hold where they are mounted, below a folder, and gives a text with the paths there. */
  async function mount(): Promise<(text: string) => string> {
    const mounts = at(container, 'volumeMounts') as { name: string; mountPath: string; readOnly: boolean }[]
    const inFolder = (text: string) =>
      mounts.reduce((all, { mountPath }) => all.replaceAll(mountPath, join(folder, mountPath)), text)
    for (const { name, mountPath, readOnly } of mounts) {
      expect(readOnly).toBe(true)
      const volume = (at(pod, 'spec', 'volumes') as { name: string }[]).find((one) => one.name === name)
      const path = join(folder, mountPath)
      await mkdir(path, { recursive: true })
      if (at(volume, 'configMap') === null) {
        const given = /create secret generic (\S+)(.*)/s.exec(
          read('deploy/kubernetes.yaml').split('\napiVersion')[0] ?? '',
        )
        expect(at(volume, 'secret', 'secretName')).toBe(given?.[1])
        for (const [file, content] of Object.entries(SECRETS)) {
          expect(given?.[2]).toContain(`--from-literal=${file}=`)
          await writeFile(join(path, file), `${content()}\n`)
        }
      } else {
        expect(at(volume, 'configMap', 'name')).toBe(at(ofKind('ConfigMap'), 'metadata', 'name'))
        for (const [file, content] of Object.entries(at(ofKind('ConfigMap'), 'data') as Record<string, string>)) {
          await writeFile(join(path, file), inFolder(content).replace(/("metricsPort": )\d+/, '$10'))
        }
      }
    }
    return inFolder
  }

  it('start relays that their probes, their service and the scraper reach, and that drain', async () => {
    const inFolder = await mount()
    const env = at(container, 'env') as { name: string; value: string }[]
    const program = run(Object.fromEntries(env.map(({ name, value }) => [name, inFolder(value)])))
    const page = await address(program, 'Live page')
    const metrics = await address(program, 'Metrics')
    const urls: Record<string, string> = { http: page, metrics }
    const probe = (name: string) => {
      const { path, port } = at(container, name, 'httpGet') as { path: string; port: string }
      // by the address of the pod
      return status(urls[port] ?? '', '10.1.2.3:8888', path)
    }
    expect(await probe('startupProbe')).toBe(200)
    expect(await probe('livenessProbe')).toBe(200)
    await vi.waitFor(async () => expect(await probe('readinessProbe')).toBe(200), { timeout: 20_000 })
    expect(await status(metrics, '10.1.2.3:9090', '/metrics')).toBe(200)
    for (const host of ['tailrace', 'tailrace.default.svc.cluster.local', 'relay.example.com']) {
      expect([host, await status(page, host, QUERY, token)]).toEqual([host, 200])
      expect([host, await status(page, host, QUERY)]).toEqual([host, 401])
    }
    program.child.kill('SIGTERM')
    await vi.waitFor(async () => expect(await probe('readinessProbe')).toBe(503), { timeout: 20_000 })
    expect(await probe('livenessProbe')).toBe(200)
    expect(await status(page, 'tailrace', QUERY, token)).toBe(200)
    // npm's way to send one signal twice is over after a moment
    await vi.waitFor(
      () => {
        program.child.kill('SIGTERM')
        expect(program.child.exitCode ?? program.child.signalCode).not.toBeNull()
      },
      { timeout: 20_000, interval: 400 },
    )
  })

  it('name what there is', () => {
    const labels = at(pod, 'metadata', 'labels')
    expect(at(ofKind('Deployment'), 'spec', 'selector', 'matchLabels')).toEqual(labels)
    expect(at(ofKind('Service'), 'spec', 'selector')).toEqual(labels)
    expect(at(ofKind('PodDisruptionBudget'), 'spec', 'selector', 'matchLabels')).toEqual(labels)
    const ports = at(container, 'ports') as { name: string; containerPort: number }[]
    const config = JSON.parse(String(at(ofKind('ConfigMap'), 'data', 'config.json')))
    expect(Object.fromEntries(ports.map(({ name, containerPort }) => [name, containerPort]))).toEqual({
      http: Number(image.env['PORT']),
      metrics: config.metricsPort,
    })
    expect(at(pod, 'metadata', 'annotations', 'prometheus.io/port')).toBe(String(config.metricsPort))
    expect(at(ofKind('Service'), 'spec', 'ports', 0, 'targetPort')).toBe('http')
    // Kubernetes takes no other values
    for (const { value } of at(container, 'env') as { value: unknown }[]) expect(typeof value).toBe('string')
  })

  it('run as the user of the image, who can read the secrets', () => {
    const context = at(pod, 'spec', 'securityContext')
    expect(`${String(at(context, 'runAsUser'))}:${String(at(context, 'runAsGroup'))}`).toBe(image.user)
    expect(at(context, 'fsGroup')).toBe(at(context, 'runAsGroup'))
    expect(at(container, 'securityContext', 'readOnlyRootFilesystem')).toBe(true)
    expect(at(container, 'securityContext', 'allowPrivilegeEscalation')).toBe(false)
  })
})
