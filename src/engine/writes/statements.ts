import { doc, isNumber, toNumber, Int32, type BsonDocument } from '../../bson/values.ts'
import type { Encodable } from '../../bson/codec/encode.ts'
import { CommandError } from '../../bson/command-error.ts'
import { countWork, shouldPause } from '../../bson/work-budget.ts'
import { Locked } from '../storage/write-unit.ts'
import type { CommandContext } from '../request/command.ts'

/** What a statement of a write command did. */
export interface StatementResult {
  /** Documents inserted, matched or deleted. */
  readonly n: number
  /** Documents changed, for updates. */
  readonly modified?: number
  /** The `_id` of a document that an upsert inserted. */
  readonly upserted?: Encodable
}

/** What all statements of a write command did. */
export interface Outcome {
  readonly results: readonly { readonly index: number; readonly result: StatementResult }[]
  /** `writeErrors` of the reply; undefined when there are none. */
  readonly errors: Encodable[] | undefined
}

/**
 * How long the messages of all errors may be together; those beyond are left out, as on a real server, to fit a reply.
 */
const MAX_MESSAGE_BYTES = 1024 * 1024

/**
 * Runs a write command's statements in their order. An error stops them when `ordered`; the others' results stand. In a
 * transaction an error ends the command. As a retryable write, a statement that ran before gives its old result.
 */
export async function runStatements(
  context: CommandContext,
  count: number,
  statement: (index: number) => StatementResult | Promise<StatementResult>,
): Promise<Outcome> {
  const ordered = context.params.boolean('ordered') ?? true
  const results: { index: number; result: StatementResult }[] = []
  const errors: Encodable[] = []
  let messageBytes = 0
  for (let index = 0; index < count; index++) {
    // a long batch lets others have their turn between two statements; a transaction must not end in one
    if (!context.inTransaction && shouldPause()) await new Promise<void>((resolve) => setImmediate(resolve))
    try {
      countWork()
      results.push({ index, result: await once(context, index, () => statement(index)) })
    } catch (error) {
      if (context.inTransaction || error instanceof Locked || !(error instanceof CommandError)) throw error
      messageBytes += error.message.length
      errors.push(writeError(index, error, messageBytes > MAX_MESSAGE_BYTES))
      if (ordered) break
    }
  }
  return { results, errors: errors.length > 0 ? errors : undefined }
}

/** Runs a statement of a retryable write at most once. */
async function once(
  context: CommandContext,
  index: number,
  statement: () => StatementResult | Promise<StatementResult>,
): Promise<StatementResult> {
  const { session, params, inTransaction } = context
  if (!session || inTransaction || !params.has('txnNumber')) return statement()
  const id = statementId(context, index)
  const before = session.results.get(id) as StatementResult | undefined
  if (before) return before
  const result = await statement()
  session.results.set(id, result)
  return result
}

function statementId({ params }: CommandContext, index: number): number {
  const listed = params.value('stmtIds')
  const own = Array.isArray(listed) ? listed[index] : undefined
  if (isNumber(own)) return toNumber(own)
  const first = params.value('stmtId')
  return index + (isNumber(first) ? toNumber(first) : 0)
}

function writeError(index: number, error: CommandError, isCut: boolean): BsonDocument {
  if (isCut) return doc({ index: new Int32(index), code: new Int32(error.code), errmsg: '' })
  return new Map([
    ['index', new Int32(index)],
    ['code', new Int32(error.code)],
    ...Object.entries(error.fields as Record<string, BsonDocument>),
    ['errmsg', error.message],
  ] as [string, BsonDocument][])
}

/** The sum of one figure over all results. */
export function total(outcome: Outcome, figure: 'n' | 'modified'): Int32 {
  return new Int32(outcome.results.reduce((sum, { result }) => sum + (result[figure] ?? 0), 0))
}
