import { expect } from 'vitest'
import { CommandError } from '../../src/bson/command-error.ts'

/** Checks that something raises a server error. */
export function expectServerError(act: () => unknown, code: number, message: string | RegExp): void {
  let raised: unknown
  try {
    act()
  } catch (error) {
    raised = error
  }
  expect(raised).toBeInstanceOf(CommandError)
  const { code: number, message: text } = raised as CommandError
  expect(number, text).toBe(code)
  if (typeof message === 'string') expect(text).toBe(message)
  else expect(text).toMatch(message)
}
