import { isNumber, toNumber, type BsonDocument } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { namedArguments } from '../../expressions/arguments.ts'
import type { StageCompiler } from '../types.ts'

/** `$sample`: so many documents by chance, each at most once. */
export const compileSample: StageCompiler = (spec) => {
  const { size } = namedArguments(spec, '$sample', { notObject: 28745, unknown: 28748, fields: { size: 28749 } })
  if (!isNumber(size)) throw new CommandError(28746, 'size argument to $sample must be a number')
  const wanted = Math.trunc(toNumber(size))
  if (!(wanted >= 0)) throw new CommandError(28747, 'size argument to $sample must not be negative')
  return function* (input) {
    yield* shuffled([...input]).slice(0, wanted)
  }
}

function shuffled(documents: BsonDocument[]): BsonDocument[] {
  for (let i = documents.length - 1; i > 0; i--) {
    const other = Math.floor(Math.random() * (i + 1))
    // both positions are within the array
    ;[documents[i], documents[other]] = [documents[other] as BsonDocument, documents[i] as BsonDocument]
  }
  return documents
}
