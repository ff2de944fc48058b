import { Int32, isDocument, type BsonDocument } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { sortDocuments } from '../../query/sort.ts'
import { compileAccumulators } from '../accumulate.ts'
import type { StageCompiler } from '../types.ts'
import { groupBy } from './group.ts'

const COUNT: BsonDocument = new Map([['count', new Map([['$sum', new Int32(1)]])]])
const BY_COUNT: BsonDocument = new Map([['count', new Int32(-1)]])

/** `$sortByCount`: how many documents share a value, the most frequent first. */
export const compileSortByCount: StageCompiler = (spec, context) => {
  if (isDocument(spec)) {
    if (![...spec.keys()][0]?.startsWith('$')) {
      throw new CommandError(40147, 'the sortByCount field must be defined as a $-prefixed path or an expression')
    }
  } else if (typeof spec !== 'string') {
    throw new CommandError(40149, 'the sortByCount field must be specified as a string or as an object')
  } else if (!spec.startsWith('$')) {
    throw new CommandError(40148, 'the sortByCount field must be defined as a $-prefixed path or an expression')
  }
  const group = groupBy(spec, compileAccumulators(COUNT, context), context)
  return (input) => sortDocuments([...group(input)], BY_COUNT)
}
