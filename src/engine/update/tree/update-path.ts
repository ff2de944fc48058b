import { CommandError } from '../../../bson/command-error.ts'

/** Whether a part of a path stands for all array elements (`$[]`) or for those that a filter names (`$[id]`). */
export function isArrayFilterPart(part: string): boolean {
  return part.startsWith('$[') && part.endsWith(']')
}

/**
 * The parts of a path that an update may name.
 * @throws CommandError EmptyFieldName, DollarPrefixedFieldName, or BadValue for a misplaced `$`
 */
export function parseUpdatePath(path: string): string[] {
  if (path === '') throw new CommandError('EmptyFieldName', 'An empty update path is not valid.')
  const parts = path.split('.')
  if (parts.includes('')) {
    throw new CommandError(
      'EmptyFieldName',
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    )
  }
  checkPositional(path, parts)
  const [first = ''] = parts
  if (isArrayFilterPart(first)) {
    throw new CommandError(
      'BadValue',
      `Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path '${path}'`,
    )
  }
  if (first.startsWith('$')) {
    throw new CommandError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${first}' in '${path}' is not allowed in the context of an update's replacement ` +
        'document. Consider using an aggregation pipeline with $replaceWith.',
    )
  }
  return parts
}

function checkPositional(path: string, parts: readonly string[]): void {
  if (parts.filter((part) => part === '$').length > 1) {
    throw new CommandError('BadValue', `Too many positional (i.e. '$') elements found in path '${path}'`)
  }
  if (parts[0] === '$') {
    throw new CommandError(
      'BadValue',
      `Cannot have positional (i.e. '$') element in the first position in path '${path}'`,
    )
  }
}
