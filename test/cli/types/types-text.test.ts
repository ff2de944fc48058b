import fc from 'fast-check'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { typesText } from '../../../src/cli/types/types-text.ts'

const NAMES = [
  'a',
  'a b',
  '__proto__',
  'constructor',
  '',
  '$a',
  '1',
  '"',
  '\\',
  '*/',
  '`${x}`',
  '\u2028',
  'ä',
  'a-b',
  '\0',
]

const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 4, unit: 'binary' }))
const type = fc.constantFrom(
  'string',
  'int',
  'double',
  'object',
  'array',
  'number',
  'null',
  'bool',
  'boolean',
  'date',
  'x',
)
const value = fc.oneof(
  fc.constantFrom({ $numberInt: '1' }, { $numberDouble: '-Infinity' }, { $numberDouble: '-1.5e-7' }, { $date: {} }),
  fc.constantFrom({ $numberLong: '9223372036854775807' }, { $oid: '0' }, null, true, [], {}, [[{ a: 1 }]]),
  name,
)

const { schema } = fc.letrec((tie) => ({
  schema: fc.oneof({ maxDepth: 3, depthSize: 'small' }, fc.record({ bsonType: type }), tie('node')),
  node: fc.record(
    {
      bsonType: fc.oneof(type, fc.array(type)),
      properties: fc.dictionary(name, tie('schema'), { maxKeys: 3 }),
      required: fc.array(name, { maxLength: 3 }),
      additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
      patternProperties: fc.dictionary(name, tie('schema'), { maxKeys: 1 }),
      items: fc.oneof({ depthSize: 'small' }, tie('schema'), fc.array(tie('schema'), { maxLength: 2 })),
      additionalItems: fc.oneof(fc.boolean(), tie('schema')),
      enum: fc.array(value, { minLength: 1, maxLength: 3 }),
      anyOf: fc.array(tie('schema'), { maxLength: 2 }),
      allOf: fc.array(tie('schema'), { maxLength: 2 }),
      oneOf: fc.array(tie('schema'), { maxLength: 2 }),
      not: tie('schema'),
      title: name,
      description: fc.string({ unit: 'binary' }),
    },
    { requiredKeys: [] },
  ),
}))

/** What the compiler has against a file, by itself. */
function mistakesIn(text: string): string[] {
  const options: ts.CompilerOptions = { noEmit: true, strict: true, noLib: true, target: ts.ScriptTarget.ES2023 }
  const source = ts.createSourceFile('types.ts', text, ts.ScriptTarget.ES2023, true)
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost(options),
    getSourceFile: (file) => (file === 'types.ts' ? source : undefined),
  }
  const program = ts.createProgram(['types.ts'], options, host)
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

describe('the text of types', () => {
  it('compiles, whatever the schema and the names in it', () => {
    fc.assert(
      fc.property(schema, name, (given, coll) => {
        const text = typesText('shop', coll, { $jsonSchema: given })
        expect([text, mistakesIn(text)]).toEqual([text, []])
        // two types, and what is said of them
        expect(text.match(/^export type /gm)).toHaveLength(2)
      }),
      { numRuns: 100 },
    )
  })

  it('takes what is no schema for any document', () => {
    for (const validator of [
      null,
      undefined,
      'x',
      [],
      {},
      { $jsonSchema: 5 },
      { $jsonSchema: {} },
      { $and: [1, {}] },
    ]) {
      expect(typesText('shop', 'orders', validator)).toContain(
        'Orders = {\n  _id: unknown\n  [name: string]: unknown\n}',
      )
    }
  })
})
