import fc from 'fast-check'
import {
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  parse,
  validate,
  type FieldNode,
  type GraphQLField,
} from 'graphql'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { compareValues as compare } from '../../../src/bson/compare.ts'
import { parseOrdinary } from '../../../src/bson/ejson/ordinary-json.ts'
import { readEjson } from '../../../src/relay/changes/read-ejson.ts'
import { createSchema } from '../../../src/relay/graphql/schema/schema.ts'
import type { CodeView } from '../../../web/code/code-view.ts'
import { toInlineOperation, toOperation, toVariablesJs, toVariablesJson } from '../../../web/code/operation.ts'
import { toGraphiqlUrl } from '../../../web/code/snippets.ts'
import { anyView, HOSTILE, PLAIN } from './views.ts'

const schema = createSchema({ sandbox: false })

/** The arguments that the relay reads from an operation; only those that the operation gives. */
function argumentsOf(query: string, variablesJson = '{}'): Readonly<Record<string, unknown>> {
  const document = parse(query)
  expect(validate(schema, document)).toEqual([])
  const operation = getOperationAST(document)
  const field = operation?.selectionSet.selections[0] as FieldNode
  const inputs = parseOrdinary(variablesJson) as Record<string, unknown>
  const { coerced, errors } = getVariableValues(schema, operation?.variableDefinitions ?? [], inputs)
  expect(errors).toBeUndefined()
  const definition = schema.getSubscriptionType()?.getFields()['changes'] as GraphQLField<unknown, unknown>
  const values = getArgumentValues(definition, field, coerced)
  const given = (field.arguments ?? []).map((argument) => argument.name.value)
  return Object.fromEntries(given.map((name) => [name, values[name]]))
}

function expectView(got: Readonly<Record<string, unknown>>, view: CodeView): void {
  const { db, coll, operationTypes, where, fullDocument, fullDocumentBeforeChange, snapshot, start } = view
  expect(got['db'] ?? null).toEqual(db)
  expect(got['coll'] ?? null).toEqual(coll)
  expect(got['operationTypes'] ?? null).toEqual(operationTypes)
  expect(got['fullDocument'] ?? 'DEFAULT').toBe(fullDocument)
  expect(got['fullDocumentBeforeChange'] ?? 'OFF').toBe(fullDocumentBeforeChange)
  expect(got['snapshot'] ?? null).toBe(snapshot)
  expect(got['last']).toBe(start.kind === 'last' ? start.count : undefined)
  expect(got['startAfter'] !== undefined).toBe(start.kind === 'after')
  expect(got['startAtOperationTime'] !== undefined).toBe(start.kind === 'at')
  expect(got['where'] === undefined).toBe(where === null)
  if (where === null) return
  // equal as filters have it: whatever the types of numbers
  expect(compare(readEjson(got['where'], '`where`'), readEjson(where, '`where`'))).toBe(0)
}

describe('a view as an operation', () => {
  it('asks for what the view shows, with variables', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        expectView(argumentsOf(toOperation(view), toVariablesJson(view)), view)
      }),
    )
  })

  it('asks for the same with its values in it, as GraphiQL gets it', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        expectView(argumentsOf(toInlineOperation(view)), view)
        const url = new URL(toGraphiqlUrl(view, 'http://localhost:8888/relay/graphql'))
        expect(url.searchParams.get('query')).toBe(toInlineOperation(view))
        expect(url.pathname).toBe('/relay/graphql')
      }),
    )
  })

  it('has variables that are the same in JavaScript', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const evaluated = runInNewContext(`JSON.stringify(${toVariablesJs(view)})`) as string
        expectView(argumentsOf(toOperation(view), evaluated), view)
      }),
    )
  })

  it('is short where the view asks for nothing', () => {
    expect(toOperation(PLAIN)).toMatch(/^subscription Changes \{\n {2}changes \{\n/)
    expect(toInlineOperation(PLAIN)).toMatch(/^subscription \{\n {2}changes \{\n/)
    expect(toVariablesJson(PLAIN)).toBe('{}')
  })

  it('asks for no more events than the view does', () => {
    expect(toOperation(PLAIN)).not.toMatch(/disambiguatedPaths|operationDescription|collectionUUID/)
  })

  it('hides nothing, and ends no element of HTML', () => {
    const view = { ...PLAIN, db: HOSTILE, coll: HOSTILE, where: JSON.stringify({ [HOSTILE]: HOSTILE }) }
    for (const text of [toInlineOperation(view), toVariablesJson(view), toVariablesJs(view)]) {
      expect(text).not.toMatch(/[\u2028\u202e]|<\/script>/)
    }
  })
})
