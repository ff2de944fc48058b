import { isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { compileFilter, type Filter, type FilterContext } from '../query/filter.ts'

/** The filters of array elements that an update names as `$[identifier]`. */
export interface ArrayFilters {
  readonly identifiers: ReadonlySet<string>
  /** Whether an element matches the filter of that identifier. */
  matches(identifier: string, element: BsonValue): boolean
}

/**
 * Compiles array filters: each holds conditions on one identifier, alone or in front of a path.
 * @throws CommandError FailedToParse for a filter without or with several identifiers, or one that is not a valid name;
 *   and what filters throw
 */
export function compileArrayFilters(filters: readonly BsonDocument[], context: FilterContext): ArrayFilters {
  const compiled = new Map<string, Filter>()
  for (const filter of filters) {
    const identifier = identifierOf(filter)
    if (compiled.has(identifier)) {
      throw new CommandError(
        'FailedToParse',
        `Found multiple array filters with the same top-level field name ${identifier}`,
      )
    }
    compiled.set(identifier, compileFilter(filter, { ...context, allowExpr: false }))
  }
  return {
    identifiers: new Set(compiled.keys()),
    matches: (identifier, element) => compiled.get(identifier)?.matches(new Map([[identifier, element]])) ?? false,
  }
}

function identifierOf(filter: BsonDocument): string {
  const names = new Set<string>()
  collectNames(filter, names)
  const [name, other] = names
  if (name === undefined) {
    throw new CommandError('FailedToParse', 'Cannot use an expression without a top-level field name in arrayFilters')
  }
  if (other !== undefined) {
    throw new CommandError(
      'FailedToParse',
      `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${name}' and '${other}'`,
    )
  }
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
    throw new CommandError(
      'BadValue',
      'Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning ' +
        `with a lowercase letter, found '${name}'`,
    )
  }
  return name
}

function collectNames(filter: BsonDocument, names: Set<string>): void {
  for (const [name, value] of filter) {
    if (!name.startsWith('$')) names.add(name.split('.', 1)[0] as string)
    else if (Array.isArray(value)) for (const part of value) if (isDocument(part)) collectNames(part, names)
  }
}
