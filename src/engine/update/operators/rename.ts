import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { fieldText } from '../../../bson/shell-text.ts'
import { idText, type Leaf, type UpdateScope } from '../tree/leaf.ts'
import { isArrayFilterPart } from '../tree/update-path.ts'

/** Both ends of a rename: the source, which goes away, and the target, which gets its value. */
export interface Rename {
  readonly source: Leaf
  readonly target: Leaf
  readonly to: string
}

function isDynamic(path: string): boolean {
  return path.split('.').some((part) => part === '$' || isArrayFilterPart(part))
}

/**
 * Compiles one field of `$rename`.
 * @throws CommandError BadValue for a target that is not another field outside the source
 */
export function compileRename(operand: BsonValue, from: string): Rename {
  const shown = fieldText(from, operand)
  if (typeof operand !== 'string') {
    throw new CommandError('BadValue', `The 'to' field for $rename must be a string: ${shown}`)
  }
  if (operand.includes('\0')) {
    throw new CommandError('BadValue', "The 'to' field for $rename cannot contain an embedded null byte")
  }
  if (operand === from) {
    throw new CommandError('BadValue', `The source and target field for $rename must differ: ${shown}`)
  }
  if (operand.startsWith(`${from}.`) || from.startsWith(`${operand}.`)) {
    throw new CommandError('BadValue', `The source and target field for $rename must not be on the same path: ${shown}`)
  }
  if (isDynamic(from)) {
    throw new CommandError('BadValue', `The source field for $rename may not be dynamic: ${from}`)
  }
  if (isDynamic(operand)) {
    throw new CommandError('BadValue', `The destination field for $rename may not be dynamic: ${operand}`)
  }
  const source = from.split('.')
  return { source: sourceLeaf(), target: targetLeaf(source, operand), to: operand }
}

/** Takes the source away without a trace: the target logs it. */
function sourceLeaf(): Leaf {
  return { kind: 'leaf', missing: 'ignore', apply: () => ({ kind: 'remove', silent: true }) }
}

function targetLeaf(source: readonly string[], to: string): Leaf {
  return {
    kind: 'leaf',
    missing: 'create',
    apply(_value, scope, place) {
      const moved = sourceValue(source, scope)
      if (moved === undefined) return undefined
      if (place.throughArray !== undefined) throw inArray('destination', to, place.throughArray, scope.root)
      scope.moved(source)
      return { kind: 'set', value: moved }
    },
  }
}

function inArray(end: string, path: string, array: string, root: BsonDocument): CommandError {
  return new CommandError(
    'BadValue',
    `The ${end} field cannot be an array element, '${path}' in doc with ${idText(root)} has an array field called ` +
      `'${array}'`,
  )
}

function sourceValue(source: readonly string[], { root }: UpdateScope): BsonValue | undefined {
  let value: BsonValue | undefined = root
  let array: string | undefined
  for (const [depth, part] of source.entries()) {
    if (Array.isArray(value) && /^\d+$/.test(part)) {
      array = source[depth - 1]
      value = value[Number(part)]
    } else if (isDocument(value)) {
      value = value.get(part)
    } else {
      const path = source.join('.')
      throw new CommandError(
        'PathNotViable',
        `cannot use the part (${source[depth - 1]} of ${path}) to traverse the element`,
      )
    }
    if (value === undefined) return undefined
  }
  if (array !== undefined) throw inArray('source', source.join('.'), array, root)
  return value
}
