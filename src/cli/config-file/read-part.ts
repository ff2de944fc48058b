import type * as Zod from 'zod'
import { suggestion } from '../../util/nearest.ts'
import type { Part } from './parts.ts'
import { UsageError } from '../usage-error.ts'

/**
 * Checks a part of the configuration file.
 *
 * @throws UsageError that names the first place that is not valid; without the value, which may be a secret
 */
export async function readPart(part: Part, key: string, value: unknown): Promise<unknown> {
  const schema = await part.load()
  const result = await schema.safeParseAsync(value)
  if (result.success) return result.data
  const issue = deepest(result.error.issues)
  const place = pathOf(key, issue?.path ?? [])
  if (issue?.code !== 'unrecognized_keys') throw new UsageError(`\`${place}\` is not valid: ${issue?.message ?? ''}`)
  const { namesIn } = await import('../../util/schema-names.ts')
  const [odd = ''] = issue.keys
  throw new UsageError(`Unknown key ${JSON.stringify(odd)} in \`${place}\`${suggestion(odd, namesIn(schema))}`)
}

// of a union, what is wrong with the alternative that fits best; the others would not help
function deepest(issues: readonly Zod.core.$ZodIssue[]): Zod.core.$ZodIssue | undefined {
  const [issue] = issues
  if (issue?.code !== 'invalid_union') return issue
  const inner = issue.errors.map(deepest).filter((found) => found !== undefined)
  const [best] = inner.sort((a, b) => b.path.length - a.path.length)
  return best && best.path.length > 0 ? { ...best, path: [...issue.path, ...best.path] } : issue
}

function pathOf(key: string, path: readonly PropertyKey[]): string {
  return [key, ...path.map(String)].reduce((text, name) =>
    /^\d+$/.test(name) ? `${text}[${name}]` : `${text}.${name}`,
  )
}
