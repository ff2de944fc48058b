import { isDocument, isNumber, toNumber, type BsonDocument } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import type { StageCompiler } from '../types.ts'

/** `$sample`: so many documents by chance, each at most once. */
export const compileSample: StageCompiler = (spec) => {
  if (!isDocument(spec)) throw new CommandError(28745, 'the $sample stage specification must be an object')
  let size: number | undefined
  for (const [name, value] of spec) {
    if (name !== 'size') throw new CommandError(28748, `unrecognized option to $sample: ${name}`)
    if (!isNumber(value)) throw new CommandError(28746, 'size argument to $sample must be a number')
    size = Math.trunc(toNumber(value))
  }
  if (size === undefined) throw new CommandError(28749, '$sample stage must specify a size')
  if (!(size >= 0)) throw new CommandError(28747, 'size argument to $sample must not be negative')
  const wanted = size
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
