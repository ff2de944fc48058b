import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileSort } from '../../sorting/sort.ts'
import { namedArguments } from '../arguments.ts'
import { typeNameOf } from '../describe.ts'
import { readN, Ranking } from './several.ts'
import type { AccumulatorCompiler } from './types.ts'

interface Row {
  readonly document: BsonDocument
  readonly output: BsonValue
  readonly position: number
}

/** `$top`, `$bottom` and the two that give several: outputs of the documents that come first or last in an order. */
export function topOrBottom(end: 'top' | 'bottom', several: boolean): AccumulatorCompiler {
  return (argument, context, name) => {
    const shape = { notObject: 5788001, unknown: 5788002, fields: { output: 5788004, sortBy: 5788005 } }
    const given = several
      ? namedArguments(argument, name, { ...shape, fields: { n: 5788003, ...shape.fields } })
      : { n: null, ...namedArguments(argument, name, shape) }
    if (!isDocument(given.sortBy)) {
      throw new CommandError(5788604, `${name} requires 'sortBy' to be an object, but got ${typeNameOf(given.sortBy)}`)
    }
    const order = compileSort(given.sortBy)
    const output = context.compile(given.output ?? null)
    const count = context.compile(given.n ?? null)
    return {
      start: (group) => {
        const n = several ? readN(count(group)) : 1
        let position = 0
        // the last of all is the first in the opposite order, ties included
        const ranking = new Ranking<Row>(n, (a, b) => {
          const forward = order(a.document, b.document) || a.position - b.position
          return end === 'top' ? forward : -forward
        })
        return {
          add: (scope) => {
            const value = output(scope)
            ranking.add({ document: scope.root, output: value === undefined ? null : value, position: position++ })
          },
          result: () => {
            const outputs = ranking.items.map((row) => row.output)
            if (!several) return outputs[0]
            return end === 'top' ? outputs : outputs.toReversed()
          },
        }
      },
    }
  }
}
