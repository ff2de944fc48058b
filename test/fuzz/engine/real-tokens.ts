import { isDocument, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'
import type { Random } from '../../support/random/random.ts'

/**
 * Puts tokens that the engine itself made in the place of forged ones, whole or with one digit changed, in half of the
 * places of a command.
 */
export function withRealTokens(command: BsonDocument, tokens: readonly string[], random: Random): BsonDocument {
  const replaced = (value: BsonValue): BsonValue => {
    if (Array.isArray(value)) return value.map(replaced)
    return isDocument(value) ? new Map([...value].map(([name, each]) => [name, inPlace(name, each)])) : value
  }
  const inPlace = (name: string, value: BsonValue): BsonValue =>
    name === '_data' && tokens.length > 0 && random.oneIn(2) ? changed(random.pick(tokens), random) : replaced(value)
  return new Map([...command].map(([name, value]) => [name, name === 'pipeline' ? replaced(value) : value]))
}

function changed(token: string, random: Random): string {
  if (random.oneIn(3)) return token
  const at = random.below(token.length)
  return token.slice(0, at) + random.pick(['', '0', 'F', '46', 'x']) + token.slice(at + 1)
}
