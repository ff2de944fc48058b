import { expect, it } from 'vitest'
import { ABSENT_STAGES } from '../../../src/engine/aggregate/absent-stages.ts'
import { DOCUMENT_STAGES, PIPELINE_STAGES } from '../../../src/engine/aggregate/stages.ts'
import { expectPipelineError } from './run.ts'
import { compileChangeStreamPipeline, compileUpdatePipeline } from '../../../src/engine/aggregate/pipeline.ts'
import { CommandError } from '../../../src/bson/command-error.ts'
import { contextOver } from './context.ts'

const answered = [...DOCUMENT_STAGES.keys(), ...PIPELINE_STAGES.keys()]
const absent = [...ABSENT_STAGES]
const absentText = (name: string) => `Unrecognized pipeline stage name: '${name}': the embedded engine does not have it`

it('lists each stage once: as answered or as refused', () => {
  const names = [...answered, ...absent]
  expect(names.filter((name, position) => names.indexOf(name) !== position)).toEqual([])
})

it.each(absent)('refuses %s by name as a server that does not know it, and says why', (name) => {
  expectPipelineError([{ [name]: {} }], 40324, absentText(name))
})

it.each(absent)('refuses %s by name inside other pipelines', (name) => {
  expectPipelineError([{ $unionWith: { coll: 'a', pipeline: [{ [name]: {} }] } }], 40324, absentText(name))
})

it('says nothing more about a stage that no server knows', () => {
  expectPipelineError([{ $nope: {} }], 40324, "Unrecognized pipeline stage name: '$nope'")
})

function refusal(compile: () => unknown): string {
  try {
    compile()
  } catch (error) {
    if (error instanceof CommandError) return `${error.codeName}: ${error.message}`
    throw error
  }
  return 'accepted'
}

it.each([...PIPELINE_STAGES.keys(), '$densify'])('allows %s neither in a change stream nor in an update', (name) => {
  const stages = [new Map([[name, null]])]
  expect(refusal(() => compileChangeStreamPipeline(stages, contextOver()))).toBe(
    `IllegalOperation: ${name} is not permitted in a $changeStream pipeline`,
  )
  expect(refusal(() => compileUpdatePipeline(stages, contextOver()))).toBe(
    `InvalidOptions: ${name} is not allowed to be used within an update`,
  )
})

it('allows no $match in an update and no unknown stage anywhere', () => {
  const stages = [new Map([['$match', new Map()]])]
  expect(refusal(() => compileUpdatePipeline(stages, contextOver()))).toMatch(/^InvalidOptions: \$match is not allowed/)
  const unknown = [new Map([['$constructor', null]])]
  const text = "Location40324: Unrecognized pipeline stage name: '$constructor'"
  expect(refusal(() => compileUpdatePipeline(unknown, contextOver()))).toBe(text)
  expect(refusal(() => compileChangeStreamPipeline(unknown, contextOver()))).toBe(text)
})
