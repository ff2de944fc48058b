/**
 * How deep what accompanies an operation may nest. Extended JSON may be 200 levels deep, and is somewhere in a
 * variable.
 */
const MAX_LEVELS = 256

/**
 * Whether a JSON value nests deeper than 256 levels. What goes through it by recursion, such as `JSON.stringify`, fails
 * at some thousand.
 *
 * **Cost**: visits each value, those that are too deep aside.
 */
export function isTooDeep(value: unknown, levelsLeft = MAX_LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levelsLeft === 0) return true
  return Object.values(value).some((item) => isTooDeep(item, levelsLeft - 1))
}

/** What is wrong with what accompanies an operation; `undefined` when nothing is. */
export function depthProblem(parameters: {
  readonly variables?: unknown
  readonly extensions?: unknown
}): string | undefined {
  const name = (['variables', 'extensions'] as const).find((key) => isTooDeep(parameters[key]))
  return name && `\`${name}\` nests deeper than ${MAX_LEVELS} levels`
}
