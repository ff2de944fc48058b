import { isDeepStrictEqual } from 'node:util'
import type { Document, MongoClient } from 'mongodb'
import type { RunOnRequirement, SpecFile, SpecTest } from './spec-file.ts'

/** What requirements ask of a server. */
export interface ServerInfo {
  readonly version: string
  readonly topology: 'single' | 'replicaset' | 'sharded'
  readonly parameters: Document
  readonly auth: boolean
}

/** Asks a server who it is. */
export async function describeServer(client: MongoClient): Promise<ServerInfo> {
  const admin = client.db('admin')
  const hello = await admin.command({ hello: 1 })
  const { version } = await admin.command({ buildInfo: 1 })
  const { authInfo } = await admin.command({ connectionStatus: 1 })
  return {
    version,
    topology: hello['msg'] === 'isdbgrid' ? 'sharded' : hello['setName'] ? 'replicaset' : 'single',
    parameters: await admin.command({ getParameter: '*' }),
    auth: authInfo.authenticatedUsers.length > 0,
  }
}

/** Why a test does not apply to a server, naming each requirement that fails; undefined when it applies. */
export function whyNotApplicable(file: SpecFile, test: SpecTest, server: ServerInfo): string | undefined {
  if (test.skipReason !== undefined) return `skipped by its author: ${test.skipReason}`
  return whyNone(file.runOnRequirements, server) ?? whyNone(test.runOnRequirements, server)
}

function whyNone(requirements: readonly RunOnRequirement[] | undefined, server: ServerInfo): string | undefined {
  if (!requirements) return undefined
  const reasons = requirements.map((requirement) => whyNot(requirement, server))
  if (reasons.includes(undefined)) return undefined
  return reasons.join('; or ')
}

function whyNot(requirement: RunOnRequirement, server: ServerInfo): string | undefined {
  const known = ['minServerVersion', 'maxServerVersion', 'topologies', 'serverless', 'serverParameters', 'auth']
  const unknown = Object.keys(requirement).find((name) => !known.includes(name))
  if (unknown) throw new Error(`The requirement ${unknown} is not supported by this runner`)
  const { minServerVersion, maxServerVersion, topologies, serverless, serverParameters, auth } = requirement
  if (minServerVersion && compareVersions(server.version, minServerVersion) < 0) {
    return `needs a server from ${minServerVersion} on`
  }
  if (maxServerVersion && compareVersions(server.version, maxServerVersion) > 0) {
    return `needs a server up to ${maxServerVersion}`
  }
  if (topologies && !topologies.includes(server.topology)) return `needs the topology ${topologies.join(' or ')}`
  if (serverless === 'require') return 'needs a serverless deployment'
  if (auth !== undefined && auth !== server.auth) return auth ? 'needs authentication' : 'needs no authentication'
  for (const [name, value] of Object.entries(serverParameters ?? {})) {
    if (!isDeepStrictEqual(server.parameters[name], value)) return `needs the parameter ${name}`
  }
  return undefined
}

/** Negative, zero or positive. Missing parts count as zero; what follows a dash is left out. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)]
  for (let i = 0; i < 3; i++) {
    const order = (left[i] ?? 0) - (right[i] ?? 0)
    if (order !== 0) return order
  }
  return 0
}

function parts(version: string): number[] {
  return (version.split('-')[0] ?? '').split('.').map(Number)
}
