import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { describe } from '../../expressions/describe.ts'
import { compileExpression } from '../../expressions/expression.ts'
import type { Expression } from '../../expressions/types.ts'
import { scopeVariables } from '../scope.ts'
import type { DocumentStageCompiler } from '../types.ts'

// what the variables hold, as on a server
const DECISIONS = new Map<string, BsonValue>([
  ['KEEP', 'keep'],
  ['PRUNE', 'prune'],
  ['DESCEND', 'descend'],
])

/** `$redact`: decides for a document whether it stays, and for those inside it where it says `$$DESCEND`. */
export const compileRedact: DocumentStageCompiler = (spec, context) => {
  const names = [...context.variables.keys(), ...DECISIONS.keys(), 'CURRENT']
  const expression = compileExpression(spec, names)
  const variables = new Map([...scopeVariables(context), ...DECISIONS])
  return (document) => new Redaction(document, expression, variables).of(document)
}

class Redaction {
  readonly #root: BsonDocument
  readonly #expression: Expression
  readonly #variables: ReadonlyMap<string, BsonValue | undefined>

  constructor(root: BsonDocument, expression: Expression, variables: ReadonlyMap<string, BsonValue | undefined>) {
    this.#root = root
    this.#expression = expression
    this.#variables = variables
  }

  of(document: BsonDocument): BsonDocument | undefined {
    const variables = new Map([...this.#variables, ['CURRENT', document] as const])
    const decision = this.#expression({ root: this.#root, variables })
    if (decision === 'keep') return document
    if (decision === 'prune') return undefined
    if (decision === 'descend') return this.#inside(document)
    throw new CommandError(
      17053,
      "$redact's expression should not return anything aside from the variables $$KEEP, $$DESCEND, and $$PRUNE, " +
        `but returned ${describe(decision)}`,
    )
  }

  #inside(document: BsonDocument): BsonDocument {
    const kept: BsonDocument = new Map()
    for (const [name, value] of document) {
      const redacted = this.#value(value)
      if (redacted !== undefined) kept.set(name, redacted)
    }
    return kept
  }

  #value(value: BsonValue): BsonValue | undefined {
    if (isDocument(value)) return this.of(value)
    if (!Array.isArray(value)) return value
    return value.map((item) => this.#value(item)).filter((item) => item !== undefined)
  }
}
