import { MongoError, MongoServerError } from 'mongodb'
import type { ExpectedError } from './spec-file.ts'

/** What {@link matchError} takes account of; anything else in a test is refused, so that nothing passes unlooked at. */
const KNOWN = [
  'isError',
  'isClientError',
  'errorContains',
  'errorCode',
  'errorCodeName',
  'errorLabelsContain',
  'errorLabelsOmit',
]

/** Compares what an operation threw with what a test expects. @throws Error that names the difference */
export function matchError(expected: ExpectedError, error: unknown): void {
  const unknown = Object.keys(expected).find((name) => !KNOWN.includes(name))
  if (unknown) throw new Error(`expectError.${unknown} is not supported by this runner`)
  if (!(error instanceof Error)) throw new Error(`Expected an error, got ${String(error)}`)
  for (const problem of differences(expected, error)) throw new Error(problem, { cause: error })
}

function* differences(expected: ExpectedError, error: Error): Generator<string> {
  // an answer of the server, or anything that happened on this side of the wire
  const isClientError = !(error instanceof MongoServerError)
  const { code, codeName } = error instanceof MongoServerError ? error : {}
  const labels = error instanceof MongoError ? error.errorLabels : []
  if (expected.isClientError !== undefined && expected.isClientError !== isClientError) {
    yield `Expected isClientError ${expected.isClientError}, got: ${error.message}`
  }
  if (expected.errorContains && !error.message.toLowerCase().includes(expected.errorContains.toLowerCase())) {
    yield `Expected a message with '${expected.errorContains}', got: ${error.message}`
  }
  if (expected.errorCode !== undefined && expected.errorCode !== code) {
    yield `Expected code ${expected.errorCode}, got ${String(code)}: ${error.message}`
  }
  if (expected.errorCodeName !== undefined && expected.errorCodeName !== codeName) {
    yield `Expected code name ${expected.errorCodeName}, got ${String(codeName)}`
  }
  for (const label of expected.errorLabelsContain ?? []) {
    if (!labels.includes(label)) yield `Expected the label ${label}, got ${labels.join() || 'none'}`
  }
  for (const label of expected.errorLabelsOmit ?? []) {
    if (labels.includes(label)) yield `Expected no label ${label}`
  }
}
