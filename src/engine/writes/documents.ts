import { decodeDocument } from '../../bson/codec/decode.ts'
import { elements } from '../../bson/codec/read.ts'
import { BSON_TYPE } from '../../bson/types.ts'
import type { BsonDocument } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { batchSizeError, MAX_WRITE_BATCH } from '../wire/message.ts'
import type { CommandContext } from '../request/command.ts'

/**
 * The documents of a write command's list, still encoded, whether they came in the body or as a sequence.
 * @throws CommandError InvalidLength for none or more than 100,000
 */
export function encodedDocuments({ request, params }: CommandContext, field: string): readonly Buffer[] {
  const documents = request.sequences.get(field) ?? fromBody(request.bodyBytes, field)
  params.required(field, documents)
  const count = documents?.length ?? 0
  if (count < 1 || count > MAX_WRITE_BATCH) throw batchSizeError(count)
  return documents ?? []
}

/** The same, decoded. */
export function decodedDocuments(context: CommandContext, field: string): BsonDocument[] {
  return encodedDocuments(context, field).map((bytes) => decodeDocument(bytes))
}

function fromBody(body: Buffer, field: string): Buffer[] | undefined {
  for (const list of elements(body)) {
    if (list.name !== field) continue
    if (list.type !== BSON_TYPE.array)
      throw new CommandError('TypeMismatch', `BSON field '${field}' is the wrong type, expected type 'array'`)
    return [...elements(body, list.value)].map((item) => {
      if (item.type === BSON_TYPE.document) return body.subarray(item.value, item.end)
      throw new CommandError(
        'TypeMismatch',
        `BSON field '${field}.${item.name}' is the wrong type, expected type 'object'`,
      )
    })
  }
  return undefined
}
