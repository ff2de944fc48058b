import { CommandError } from '../../bson/command-error.ts'
import { doc, Int32, isDocument, isNumber, toNumber, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { cannot } from './kind.ts'

/** The options that text indexes alone take. */
export const TEXT_OPTIONS: readonly string[] = ['weights', 'default_language', 'language_override', 'textIndexVersion']

const LANGUAGES = new Set(
  (
    'none danish da dutch nl english en finnish fi french fr german de hungarian hu italian it norwegian nb ' +
    'portuguese pt romanian ro russian ru spanish es swedish sv turkish tr'
  ).split(' '),
)
const MAX_WEIGHT = 1_000_000_000

/**
 * A text index as a server lists it: its text fields are weights, and stand as one in the key.
 * @throws CommandError as a server refuses bad options
 */
export function textSpec(spec: BsonDocument, key: BsonDocument): BsonDocument {
  const language = text(spec.get('default_language') ?? 'english', 17263, 'default_language needs a string type')
  if (!LANGUAGES.has(language.toLowerCase())) throw new CommandError(17264, 'default_language is not valid')
  const override = text(spec.get('language_override') ?? 'language', 17136, 'language_override must be a string')
  if (override === '' || override.startsWith('$') || override.includes('.')) {
    throw new CommandError(17136, 'language_override is not valid')
  }
  const version = spec.get('textIndexVersion') ?? new Int32(3)
  if (!isNumber(version) || ![1, 2, 3].includes(toNumber(version))) {
    throw cannot('unsupported text index version: only versions 1 to 3 are supported')
  }
  return new Map<string, BsonValue>([
    ...[...spec].filter(([field]) => !TEXT_OPTIONS.includes(field)),
    ['key', textKey(key)],
    ['weights', weightsOf(spec.get('weights'), key)],
    ['default_language', language],
    ['language_override', override],
    ['textIndexVersion', version],
  ])
}

// what is listed already, as copies of collections give it back, stays as it is
function textKey(key: BsonDocument): BsonDocument {
  const fields = [...key]
  const first = fields.findIndex(([, direction]) => direction === 'text')
  const last = fields.findLastIndex(([, direction]) => direction === 'text')
  if (fields.slice(first, last + 1).some(([, direction]) => direction !== 'text')) {
    throw cannot('all text fields of a compound text index must stand next to each other')
  }
  const after = fields.slice(last + 1).filter(([name]) => name !== '_ftsx')
  return new Map<string, BsonValue>([
    ...fields.slice(0, first),
    ...doc({ _fts: 'text', _ftsx: new Int32(1) }),
    ...after,
  ])
}

function weightsOf(given: BsonValue | undefined, key: BsonDocument): BsonDocument {
  const weights: BsonDocument = new Map()
  for (const [path, direction] of key) if (direction === 'text' && path !== '_fts') weights.set(path, new Int32(1))
  const more = typeof given === 'string' ? doc({ [given]: new Int32(1) }) : (given ?? doc({}))
  if (!isDocument(more)) throw new CommandError(17283, 'text index option weights must be an object')
  for (const [path, weight] of more) {
    const number = isNumber(weight) ? toNumber(weight) : Number.NaN
    if (Number.isNaN(number)) throw new CommandError(17283, 'weight for text index needs numeric type')
    if (number > 0 && number < MAX_WEIGHT) weights.set(path, weight)
    else {
      const range = `(0,${MAX_WEIGHT})`
      throw new CommandError(17365, `text index weight must be in the exclusive interval ${range} but found: ${number}`)
    }
  }
  return new Map([...weights].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function text(value: BsonValue, code: number, message: string): string {
  if (typeof value === 'string') return value
  throw new CommandError(code, message)
}
