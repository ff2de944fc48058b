import { expect, it } from 'vitest'
import { ABSENT_OPERATORS } from '../../../src/engine/expressions/absent-operators.ts'
import { ACCUMULATORS } from '../../../src/engine/expressions/accumulators.ts'
import { OPERATORS } from '../../../src/engine/expressions/operators.ts'
import { expectPipelineError } from '../aggregate/run.ts'
import { expectError } from './evaluate.ts'

const absent = [...ABSENT_OPERATORS]

it.each(absent.filter((name) => !OPERATORS.has(name)))('refuses %s by name in an expression', (name) => {
  expectError({ [name]: 1 }, 168, `Unrecognized expression '${name}': the embedded engine does not have it`)
})

it.each(absent.filter((name) => !ACCUMULATORS.has(name)))('refuses %s by name as an accumulator', (name) => {
  const text = `unknown group operator '${name}': the embedded engine does not have it`
  expectPipelineError([{ $group: { _id: null, x: { [name]: 1 } } }], 15952, text)
})

it('says nothing more about an operator that no server knows', () => {
  expectError({ $nope: 1 }, 168, "Unrecognized expression '$nope'")
  expectPipelineError([{ $group: { _id: null, x: { $nope: 1 } } }], 15952, "unknown group operator '$nope'")
})

it('lists no operator as absent that is answered everywhere', () => {
  expect(absent.filter((name) => OPERATORS.has(name))).toEqual([])
})
