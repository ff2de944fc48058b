import type { z } from 'zod'
import { badUserInput } from '../../errors.ts'
import { suggestion } from '../../util/nearest.ts'
import { namesIn } from '../../util/schema-names.ts'
import { type AuthOptions, authSchema, type AuthSettings } from './auth-schema.ts'
import { digestOf } from './static-tokens.ts'

/**
 * Checks authentication options and fills in defaults.
 *
 * @throws RelayError `BAD_USER_INPUT` that names the place and what is wrong there, never the value
 */
export function readAuthOptions(options: AuthOptions): AuthSettings {
  const { success, data, error } = authSchema.safeParse(options)
  if (!success) throw badUserInput(`The authentication options are not valid: ${toText(error)}`)
  const digests = (data.tokens ?? []).map((token) => digestOf(token).toString('hex'))
  const twice = digests.findIndex((digest, index) => digests.indexOf(digest) !== index)
  if (twice >= 0) throw badUserInput(`The authentication options are not valid: \`tokens.${twice}\`: is there twice`)
  return data
}

// the library's messages name keys and types, and repeat no value
function toText({ issues }: z.ZodError): string {
  return issues
    .map((issue) => {
      const { path, message } = issue
      const near = issue.code === 'unrecognized_keys' ? suggestion(issue.keys[0] ?? '', namesIn(authSchema)) : ''
      return path.length === 0 ? `${message}${near}` : `\`${path.join('.')}\`: ${message}${near}`
    })
    .join('; ')
}
