import { FIELD_WHERE_OPERATORS, TOP_LEVEL_WHERE_OPERATORS } from '../../src/relay/changes/where-operators.ts'
import { nearest } from '../../src/util/nearest.ts'
import { Mistake, toShown, type Span } from '../shell/mistake.ts'
import type { DocumentValue, Field, Value } from '../shell/value.ts'
import { JOINING_OPERATORS } from './event-fields.ts'

const LISTING_OPERATORS = ['$in', '$nin', '$all']

/** The parts of a reference to another document: fields that hold values and no conditions. */
const REFERENCE_NAMES = ['$ref', '$id', '$db']

/** Longer names are like no other. */
const MAX_MISTYPED = 40

/**
 * Checks the operators of a filter and what they hold, as far as their place in the text helps: the relay checks all of
 * it once more.
 *
 * @throws Mistake for the first one that the relay does not take
 */
export function checkOperators(text: string, filter: DocumentValue): void {
  checkFilter(filter)

  function checkFilter({ fields }: DocumentValue): void {
    for (const field of fields) {
      if (!field.name.startsWith('$')) checkCondition(field.value)
      else if (!REFERENCE_NAMES.includes(field.name)) checkTopLevel(field)
    }
  }

  function checkTopLevel({ name, nameSpan, value }: Field): void {
    checkName(name, nameSpan, TOP_LEVEL_WHERE_OPERATORS)
    if (!JOINING_OPERATORS.includes(name)) return
    if (value.kind !== 'array' || value.items.length === 0)
      fail(`${name} to hold a list such as [{a: 1}, {b: 2}]`, value)
    for (const item of value.items) {
      if (item.kind === 'document') checkFilter(item)
      else fail('a filter such as {a: 1}', item)
    }
  }

  function checkCondition(value: Value): void {
    if (value.kind === 'document' && isExpression(value)) checkExpression(value)
  }

  function checkExpression({ fields }: DocumentValue): void {
    for (const { name, nameSpan, value } of fields) {
      checkName(name, nameSpan, FIELD_WHERE_OPERATORS)
      if (LISTING_OPERATORS.includes(name) && value.kind !== 'array')
        fail(`${name} to hold a list such as [1, 2]`, value)
      if (name === '$not') checkNot(value)
      if (name === '$elemMatch') checkElements(value)
    }
  }

  function checkNot(value: Value): void {
    if (value.kind === 'document' && isExpression(value)) checkExpression(value)
    else fail('$not to hold operators such as {$gt: 1}', value)
  }

  function checkElements(value: Value): void {
    if (value.kind !== 'document')
      fail('$elemMatch to hold a filter such as {a: 1}, or operators such as {$gt: 1}', value)
    const [first] = value.fields
    const isAboutValues =
      isExpression(value) && !TOP_LEVEL_WHERE_OPERATORS.includes(first?.name ?? '') && !hasReference(value)
    if (isAboutValues) checkExpression(value)
    else checkFilter(value)
  }

  function checkName(name: string, span: Span, known: readonly string[]): void {
    if (known.includes(name)) return
    const near = name.length > MAX_MISTYPED ? undefined : nearest(name, known)
    failAt(near === undefined ? `one of ${known.join(', ')}` : `an operator, perhaps ${near}`, span)
  }

  function fail(expected: string, value: Value): never {
    return failAt(expected, value.span)
  }

  function failAt(expected: string, span: Span): never {
    throw new Mistake(`Expected ${expected}, got ${toShown(text, span)}`, text, span)
  }
}

function isExpression({ fields }: DocumentValue): boolean {
  const has = (name: string) => fields.some((field) => field.name === name)
  return fields[0]?.name.startsWith('$') === true && !(has('$ref') && has('$id'))
}

function hasReference({ fields }: DocumentValue): boolean {
  return fields.some(({ name }) => REFERENCE_NAMES.includes(name))
}
