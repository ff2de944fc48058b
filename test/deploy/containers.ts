import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readYaml, type Yaml } from './yaml.ts'

export const ROOT = resolve(import.meta.dirname, '../..')

/** A file of the project. */
export function read(path: string): string {
  return readFileSync(resolve(ROOT, path), 'utf8')
}

/** What lies below a path of keys and indices; `null` where nothing does. */
export function at(yaml: Yaml | undefined, ...path: readonly (string | number)[]): Yaml {
  let value = yaml ?? null
  for (const key of path) value = (value as Readonly<Record<string, Yaml>> | null)?.[key] ?? null
  return value
}

/** What the image says about the process. */
export interface Image {
  readonly env: Readonly<Record<string, string>>
  readonly entrypoint: readonly string[]
  readonly healthcheck: readonly string[]
  readonly user: string
  /** Variables that the command in its first comment adds. */
  readonly advisedEnv: Readonly<Record<string, string>>
}

/** Reads the last stage of `deploy/Dockerfile`. */
export function readImage(): Image {
  const dockerfile = read('deploy/Dockerfile')
  const stage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM ')).replaceAll('\\\n', ' ')
  const line = (pattern: RegExp) => pattern.exec(stage)?.[1] ?? ''
  const variables = (text: string, pattern: RegExp) =>
    Object.fromEntries([...text.matchAll(pattern)].map(([, name = '', value = '']) => [name, value]))
  return {
    env: variables(line(/^ENV (.*)$/m), /([A-Z_]+)=(\S+)/g),
    entrypoint: JSON.parse(line(/^ENTRYPOINT (.*)$/m)),
    healthcheck: JSON.parse(line(/^HEALTHCHECK .*CMD (.*)$/m)),
    user: line(/^USER (.*)$/m),
    advisedEnv: variables(/^# +docker run .*$/m.exec(dockerfile)?.[0] ?? '', / -e ([A-Z_]+)=(\S+)/g),
  }
}

export const compose = readYaml(read('deploy/compose.yaml'))[0]
const kubernetes = readYaml(read('deploy/kubernetes.yaml'))

/** A Kubernetes object of a kind, of which there is one. */
export function ofKind(kind: string): Yaml {
  return kubernetes.find((object) => at(object, 'kind') === kind) ?? null
}
