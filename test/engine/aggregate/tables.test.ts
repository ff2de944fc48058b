import { expect, it } from 'vitest'
import { DOCUMENT_STAGES, UPDATE_STAGES } from '../../../src/engine/aggregate/document-stages.ts'
import { isKnownStage, UNSUPPORTED_STAGES } from '../../../src/engine/aggregate/known-stages.ts'
import { PIPELINE_STAGES } from '../../../src/engine/aggregate/pipeline-stages.ts'
import { expectPipelineError } from './run.ts'
import { compileChangeStreamPipeline, compileUpdatePipeline } from '../../../src/engine/aggregate/pipeline.ts'
import { CommandError } from '../../../src/bson/command-error.ts'
import { contextOver } from './context.ts'

const supported = [...DOCUMENT_STAGES.keys(), ...PIPELINE_STAGES.keys()]

it('knows every stage that it has', () => {
  expect(supported.filter((name) => !isKnownStage(name))).toEqual([])
  expect(supported.filter((name) => UNSUPPORTED_STAGES.has(name))).toEqual([])
  expect([...UPDATE_STAGES].filter((name) => !DOCUMENT_STAGES.has(name))).toEqual([])
})

it.each([...UNSUPPORTED_STAGES])('refuses %s by name', (name) => {
  expectPipelineError([{ [name]: {} }], 115, `${name} is not supported by the embedded engine`)
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

it.each([...PIPELINE_STAGES.keys()])('allows %s neither in a change stream nor in an update', (name) => {
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
