import { Kind, type SelectionSetNode, type ValidationContext } from 'graphql'

/** How something is made of selections, from the innermost ones outward. */
export interface Fold<T> {
  /** What it is where nothing is selected. */
  readonly none: T
  /** What a field is, whose name and selections are these. */
  readonly field: (name: string, below: T) => T
  /** What two selections beside each other are. */
  readonly both: (a: T, b: T) => T
}

/**
 * Gives a function that folds a document's selection sets, with fragments put in where they are spread. What is
 * unknown, and what closes a circle, is nothing here: rules of their own refuse both.
 *
 * **Cost**: looks at each fragment once, however often it is spread and by whatever paths.
 */
export function foldSelections<T>(context: ValidationContext, fold: Fold<T>): (selections: SelectionSetNode) => T {
  const { none, field, both } = fold
  const known = new Map<string, T>()
  return foldSet

  function foldSet({ selections }: SelectionSetNode): T {
    return selections.map(foldOne).reduce(both, none)
  }

  function foldOne(selection: SelectionSetNode['selections'][number]): T {
    switch (selection.kind) {
      case Kind.FIELD:
        return field(selection.name.value, selection.selectionSet ? foldSet(selection.selectionSet) : none)
      case Kind.INLINE_FRAGMENT:
        return foldSet(selection.selectionSet)
      case Kind.FRAGMENT_SPREAD:
        return foldFragment(selection.name.value)
    }
  }

  function foldFragment(name: string): T {
    const folded = known.get(name)
    const fragment = context.getFragment(name)
    if (folded !== undefined || !fragment) return folded ?? none
    // what it is within itself
    known.set(name, none)
    const result = foldSet(fragment.selectionSet)
    known.set(name, result)
    return result
  }
}
