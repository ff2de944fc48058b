import { readdirSync, readFileSync } from 'node:fs'
import { compilePipeline } from '../../src/engine/aggregate/pipeline.ts'
import { DOCUMENT_STAGES, PIPELINE_STAGES } from '../../src/engine/aggregate/stages.ts'
import { compileUpdatePipeline } from '../../src/engine/aggregate/update-pipeline.ts'
import { compileChangeStreamPipeline } from '../../src/engine/aggregate/change-stream-pipeline.ts'
import { ACCUMULATORS } from '../../src/engine/expressions/accumulators.ts'
import { OPERATORS } from '../../src/engine/expressions/operators.ts'
import { compileFilter, FIELD_OPERATORS, TOP_LEVEL_OPERATORS } from '../../src/engine/query/filter.ts'
import { compileProjection } from '../../src/engine/query/projection.ts'
import { CommandError } from '../../src/bson/command-error.ts'
import { isDocument, type BsonDocument, type BsonValue } from '../../src/bson/values.ts'
import { contextOver } from '../engine/aggregate/context.ts'
import { fromCanonical } from '../support/documents.ts'
import { LEAF_OPERATORS } from '../../src/engine/update/operators/table.ts'

const FOLDER = new URL('./golden/', import.meta.url)

/** The tables that clients' names are looked up in. */
const TABLES: Readonly<Record<string, readonly ReadonlyMap<string, unknown>[]>> = {
  stage: [DOCUMENT_STAGES, PIPELINE_STAGES],
  expression: [OPERATORS],
  accumulator: [ACCUMULATORS],
  filter: [FIELD_OPERATORS, TOP_LEVEL_OPERATORS],
  update: [LEAF_OPERATORS],
}

/** Every name that the engine answers, with its kind: `stage $match`. */
export const ANSWERED: ReadonlySet<string> = new Set(
  Object.entries(TABLES).flatMap(([kind, tables]) =>
    tables.flatMap((table) => [...table.keys()].map((name) => `${kind} ${name}`)),
  ),
)

/**
 * The names that occur in commands that the recorded server answered. The commands are compiled, and what is looked up
 * meanwhile counts: so an `$and` of a filter is not taken for one of an expression, however deep it stands.
 */
export function recordedNames(): ReadonlySet<string> {
  const recorded = new Set<string>()
  let current: string[] = []
  const restore = Object.entries(TABLES).flatMap(([kind, tables]) =>
    tables.map((table) => observeLookups(table, (name) => current.push(`${kind} ${name}`))),
  )
  try {
    for (const part of answeredParts()) {
      current = []
      if (compiles(part)) for (const name of current) recorded.add(name)
    }
  } finally {
    for (const end of restore) end()
  }
  return recorded
}

// what the engine refuses although a server answered it is found by replaying the recordings
function compiles(part: () => void): boolean {
  try {
    part()
    return true
  } catch (error) {
    if (error instanceof CommandError) return false
    throw error
  }
}

function observeLookups(table: ReadonlyMap<string, unknown>, found: (name: string) => void): () => void {
  const own = table as Map<string, unknown>
  own.get = (name) => {
    const value = Map.prototype.get.call(own, name) as unknown
    if (value !== undefined) found(name)
    return value
  }
  own.has = (name) => {
    const known = Map.prototype.has.call(own, name)
    if (known) found(name)
    return known
  }
  return () => {
    Reflect.deleteProperty(own, 'get')
    Reflect.deleteProperty(own, 'has')
  }
}

interface RecordedStep {
  readonly command?: unknown
  readonly reply?: { readonly ok?: { readonly $numberDouble?: string }; readonly writeErrors?: unknown }
}

// a command of which a statement failed counts as one that was not answered
function* answeredParts(): Generator<() => void> {
  for (const file of readdirSync(FOLDER)) {
    const { transcript } = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as { transcript: RecordedStep[] }
    for (const { command, reply } of transcript) {
      if (command === undefined || reply?.ok?.$numberDouble !== '1.0' || reply.writeErrors) continue
      yield* partsOf(fromCanonical(command) as BsonDocument)
    }
  }
}

function* partsOf(command: BsonDocument): Generator<() => void> {
  const filter = (value: BsonValue | undefined) => () => void (isDocument(value) && compileFilter(value))
  for (const field of ['filter', 'query', 'q', 'validator']) yield filter(command.get(field))
  for (const field of ['deletes', 'updates'])
    for (const statement of documents(command.get(field))) yield* partsOf(statement)
  for (const index of documents(command.get('indexes'))) yield filter(index.get('partialFilterExpression'))
  for (const field of ['u', 'update']) yield () => compileUpdate(command.get(field))
  for (const one of documents(command.get('arrayFilters'))) yield filter(one)
  for (const field of ['projection', 'fields']) {
    const spec = command.get(field)
    if (isDocument(spec)) yield () => compileProjection(spec, compileFilter(new Map()))
  }
  const [first, ...rest] = documents(command.get('pipeline'))
  if (first?.has('$changeStream')) yield () => compileChangeStreamPipeline(rest, contextOver())
  else if (first?.has('$collStats')) yield () => compilePipeline(rest, contextOver())
  else if (first) yield () => compilePipeline([first, ...rest], pipelineContext(command))
}

function documents(value: BsonValue | undefined): BsonDocument[] {
  return Array.isArray(value) ? value.filter(isDocument) : []
}

function pipelineContext(command: BsonDocument): ReturnType<typeof contextOver> {
  const variables = isDocument(command.get('let')) ? (command.get('let') as BsonDocument) : new Map<string, BsonValue>()
  const collection = command.get('aggregate')
  return contextOver(
    {},
    {
      variables,
      collection: typeof collection === 'string' ? collection : undefined,
      write: () => undefined,
    },
  )
}

// operators of updates stand at the top, those of `$pull` are compiled with them
function compileUpdate(update: BsonValue | undefined): void {
  if (Array.isArray(update)) compileUpdatePipeline(update, contextOver())
  if (isDocument(update)) for (const [name, fields] of update) compileOperator(name, fields)
}

function compileOperator(name: string, fields: BsonValue): void {
  const operator = LEAF_OPERATORS.get(name)
  if (operator && isDocument(fields)) for (const [path, operand] of fields) operator(operand, path)
}
