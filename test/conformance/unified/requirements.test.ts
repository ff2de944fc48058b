import { describe, expect, it } from 'vitest'
import { whyNotApplicable, type ServerInfo } from './requirements.ts'
import type { RunOnRequirement } from './spec-file.ts'

const SERVER: ServerInfo = { version: '8.2.1-rc0', topology: 'replicaset', parameters: { x: 1 }, auth: false }

function why(ofFile?: readonly RunOnRequirement[], ofTest?: readonly RunOnRequirement[], skipReason?: string) {
  const test = {
    description: 'a test',
    operations: [],
    ...(ofTest ? { runOnRequirements: ofTest } : {}),
    ...(skipReason ? { skipReason } : {}),
  }
  const file = { description: 'a file', schemaVersion: '1.0', tests: [test] }
  return whyNotApplicable(ofFile ? { ...file, runOnRequirements: ofFile } : file, test, SERVER)
}

describe('requirements', () => {
  it.for<RunOnRequirement[][]>([
    [],
    [[{ minServerVersion: '8.2' }]],
    [[{ maxServerVersion: '8.2.1' }]],
    [[{ minServerVersion: '4.10' }], [{ topologies: ['sharded', 'replicaset'], serverless: 'forbid' }]],
    [[{ maxServerVersion: '4.2' }, { minServerVersion: '8' }]],
    [[{ auth: false, serverParameters: { x: 1 } }]],
  ])('hold: %j', ([ofFile, ofTest]) => {
    expect(why(ofFile, ofTest)).toBeUndefined()
  })

  it.for<[reason: string, ...RunOnRequirement[][]]>([
    ['needs a server from 8.10 on', [{ minServerVersion: '8.10' }]],
    ['needs a server up to 8.1.99', [], [{ maxServerVersion: '8.1.99' }]],
    ['needs the topology sharded', [{ minServerVersion: '4.0' }], [{ topologies: ['sharded'] }]],
    ['needs a serverless deployment', [{ serverless: 'require' }]],
    ['needs authentication', [{ auth: true }]],
    ['needs the parameter x', [{ serverParameters: { x: 2 } }]],
    ['needs a server up to 4; or needs a server from 9 on', [{ maxServerVersion: '4' }, { minServerVersion: '9' }]],
  ])('%s', ([reason, ofFile, ofTest]) => {
    expect(why(ofFile?.length ? ofFile : undefined, ofTest)).toBe(reason)
  })

  it('tell a test that its author skips', () => {
    expect(why(undefined, undefined, 'flaky')).toBe('skipped by its author: flaky')
  })

  it('are refused when they are not known', () => {
    // a file may hold anything
    expect(() => why([{ csfle: true } as RunOnRequirement])).toThrow('csfle is not supported')
  })
})
