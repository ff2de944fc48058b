import { expect, it } from 'vitest'
import { isFilter } from '../../../web/state/filter.ts'

it.each([
  [null, true],
  ['{}', true],
  ['{"operationType": "insert"}', true],
  ['{operationType: "insert"}', false],
  ['[1]', false],
  ['null', false],
  ['1', false],
  ['{', false],
])('knows what can be a filter: %s', (text, expected) => {
  expect(isFilter(text)).toBe(expected)
})
