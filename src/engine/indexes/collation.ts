import { CommandError } from '../../bson/command-error.ts'
import { doc, Int32, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { Parameters } from '../parameters/parameters.ts'
import { requireType, shape } from '../parameters/shape.ts'

/** What a server makes of a locale alone. */
const DEFAULTS = doc({
  locale: 'simple',
  caseLevel: false,
  caseFirst: 'off',
  strength: new Int32(3),
  numericOrdering: false,
  alternate: 'non-ignorable',
  maxVariable: 'punct',
  normalization: false,
  backwards: false,
  version: '57.1',
})
const SHAPE = shape({
  string: ['locale', 'caseFirst', 'alternate', 'maxVariable', 'version'],
  bool: ['caseLevel', 'numericOrdering', 'normalization', 'backwards'],
  number: ['strength'],
})
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  caseFirst: ['upper', 'lower', 'off'],
  alternate: ['non-ignorable', 'shifted'],
  maxVariable: ['punct', 'space'],
}

/**
 * A collation with everything that it leaves open, as a server lists it; undefined for the simple one.
 * @throws CommandError TypeMismatch, BadValue, 40414, 40415 as a server refuses bad ones
 */
export function expandCollation(collation: BsonValue | undefined): BsonDocument | undefined {
  if (collation === undefined || collation === null) return undefined
  requireType('collation', collation, 'object')
  const params = new Parameters('collation', collation as BsonDocument, SHAPE)
  const locale = params.required('locale', params.string('locale'))
  for (const [field, values] of Object.entries(CHOICES)) params.oneOf(field, values)
  const strength = params.count('strength') ?? 3
  if (strength < 1 || strength > 5) {
    const text = `Enumeration value '${strength}' for field 'collation.strength' is not a valid value.`
    throw new CommandError('BadValue', text)
  }
  if (locale === 'simple') return undefined
  if (!isLocale(locale)) throw new CommandError('BadValue', `Field 'locale' is invalid in: ${locale}`)
  return new Map([...DEFAULTS, ...(collation as BsonDocument), ['strength', new Int32(strength)]])
}

function isLocale(locale: string): boolean {
  try {
    return Intl.Collator.supportedLocalesOf(locale.split('@', 1)[0]?.replaceAll('_', '-') ?? '').length > 0
  } catch {
    // not even the form of a locale
    return false
  }
}
