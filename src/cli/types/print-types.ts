import { badUserInput } from '../../errors.ts'
import { readValidator } from '../../relay/mongo/read-validator.ts'
import { hasSchema, typesText } from './types-text.ts'

/** Which collection, and where. */
export interface TypesRequest {
  readonly mongoUri: string
  readonly db: string
  readonly coll: string
}

/**
 * What `tailrace types` prints, and what it remarks where that is not much.
 *
 * @throws RelayError `BAD_USER_INPUT` when the URI is not valid, or there is no such collection
 */
export async function printTypes({ mongoUri, db, coll }: TypesRequest): Promise<{ text: string; remark?: string }> {
  const validator = await readValidator(mongoUri, db, coll)
  if (validator === undefined) throw badUserInput(`There is no collection ${db}.${coll}: name another one by --ns`)
  const text = typesText(db, coll, validator)
  if (hasSchema(validator)) return { text }
  const remark = `${db}.${coll} has no validator with $jsonSchema: its documents are taken for any`
  return { text, remark }
}
