import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileChangeStreamPipeline, compileUpdatePipeline } from '../../../src/engine/aggregate/pipeline.ts'
import type { BsonDocument, BsonValue } from '../../../src/bson/values.ts'
import { CommandError } from '../../../src/bson/command-error.ts'
import { fromCanonical, show } from '../../support/documents.ts'
import { contextOver } from './context.ts'

const FOLDER = new URL('../../conformance/golden/', import.meta.url)

interface Step {
  readonly step: string
  readonly as?: string
  readonly stream?: string
  readonly command?: Record<string, unknown>
  readonly reply?: { errmsg?: string; code?: unknown; codeName?: string }
  readonly events?: unknown[]
}

function recording(name: string): Step[] {
  return (JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as { transcript: Step[] }).transcript
}

function stagesAfterStream(step: Step): BsonValue[] {
  return (fromCanonical(step.command?.['pipeline']) as BsonValue[]).slice(1)
}

describe('recordings of a real server', () => {
  const failing = recording('stream-pipeline-errors').filter((step) => step.step === 'watch' && step.reply?.errmsg)

  it.each(failing.map((step) => [step.reply?.errmsg, step] as const))('refuses a stream as recorded: %s', (_, step) => {
    let raised: unknown
    try {
      compileChangeStreamPipeline(stagesAfterStream(step), contextOver())
    } catch (error) {
      raised = error
    }
    expect(raised).toBeInstanceOf(CommandError)
    const { message, code, codeName } = raised as CommandError
    expect({ message, code, codeName }).toEqual({
      message: step.reply?.errmsg,
      code: Number(show(fromCanonical(step.reply?.code))),
      codeName: step.reply?.codeName,
    })
  })

  // the recorded streams differ in their pipelines alone: what an event was can be put together from all of them
  it('transforms events as recorded', () => {
    const steps = recording('stream-pipeline')
    const source = events()
    for (const watch of steps.filter((step) => step.step === 'watch')) {
      const transform = compileChangeStreamPipeline(stagesAfterStream(watch), contextOver())
      const recorded = steps.find((step) => step.step === 'drain' && step.stream === watch.as)?.events ?? []
      const transformed = source.map(transform).filter((event) => event !== undefined)
      expect(transformed.map(show), watch.as).toEqual(recorded.map((event) => show(fromCanonical(event))))
    }
  })

  it('updates as recorded', () => {
    const [first, second, third] = recording('update-pipeline')
      .filter((step) => step.command?.['update'])
      .map((step) => {
        const [update] = step.command?.['updates'] as { u: unknown[] }[]
        return compileUpdatePipeline(fromCanonical(update?.u) as BsonValue[], contextOver())
      })
    const one = fromCanonical({ _id: int(1), a: int(1), b: int(2), t: ['x'] }) as BsonDocument
    const summed = first?.(one)
    expect(show(summed)).toBe('{_id: 1, a: 1, b: 2, t: ["x"], sum: 3}')
    const changed = second?.(summed as BsonDocument)
    expect(show(changed)).toBe('{_id: 1, b: "big", t: ["x"], sum: 3}')
    expect(show(third?.(changed as BsonDocument))).toBe('{_id: 1, fresh: true}')
  })
})

function int(value: number): unknown {
  return { $numberInt: String(value) }
}

function events(): BsonDocument[] {
  const head = (operationType: string): Record<string, unknown> => ({
    _id: '<resume token>',
    operationType,
    clusterTime: '<timestamp>',
    wallTime: '<date>',
  })
  const ns = { db: 'golden_a', coll: 'p' }
  const inserts = [1, 2, 3].map((id) => ({
    ...head('insert'),
    fullDocument: { _id: int(id), n: int(id) },
    ns,
    documentKey: { _id: int(id) },
  }))
  const key = { documentKey: { _id: int(1) } }
  const updateDescription = { updatedFields: { n: int(9) }, removedFields: [], truncatedArrays: [] }
  const all = [...inserts, { ...head('update'), ns, ...key, updateDescription }, { ...head('delete'), ns, ...key }]
  return all.map((event) => fromCanonical(event) as BsonDocument)
}
