import { CommandError } from '../../bson/command-error.ts'
import { doc, Int32, isDocument, isNumber, toNumber, type BsonDocument, type BsonValue } from '../../bson/values.ts'

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
  if (!isDocument(collation)) {
    throw new CommandError('TypeMismatch', "The field 'collation' must be an object")
  }
  const locale = collation.get('locale')
  if (locale === undefined) {
    throw new CommandError(40414, "BSON field 'collation.locale' is missing but a required field")
  }
  const expanded = new Map(DEFAULTS)
  for (const [field, value] of collation) {
    const standard = DEFAULTS.get(field)
    if (standard === undefined) throw new CommandError(40415, `BSON field 'collation.${field}' is an unknown field.`)
    if (!isSameType(standard, value)) {
      throw new CommandError('TypeMismatch', `BSON field 'collation.${field}' is the wrong type`)
    }
    const choices = CHOICES[field]
    if (choices && !choices.includes(String(value))) {
      throw new CommandError(
        'BadValue',
        `Enumeration value '${String(value)}' for field 'collation.${field}' is not a valid value.`,
      )
    }
    expanded.set(field, isNumber(value) ? strengthOf(toNumber(value)) : value)
  }
  if (locale === 'simple') return undefined
  if (!isLocale(String(locale))) throw new CommandError('BadValue', `Field 'locale' is invalid in: ${String(locale)}`)
  return expanded
}

function strengthOf(strength: number): Int32 {
  if (Number.isInteger(strength) && strength >= 1 && strength <= 5) return new Int32(strength)
  throw new CommandError(
    'BadValue',
    `Enumeration value '${strength}' for field 'collation.strength' is not a valid value.`,
  )
}

function isSameType(a: BsonValue, b: BsonValue): boolean {
  return isNumber(a) ? isNumber(b) : typeof a === typeof b
}

function isLocale(locale: string): boolean {
  try {
    return Intl.Collator.supportedLocalesOf(locale.split('@', 1)[0]?.replaceAll('_', '-') ?? '').length > 0
  } catch {
    // not even the form of a locale
    return false
  }
}
