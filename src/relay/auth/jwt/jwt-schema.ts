import { z } from 'zod'
import { isLoopback } from '../../../util/addresses/loopback.ts'
import { HMAC_ALGORITHMS, PUBLIC_KEY_ALGORITHMS } from './algorithms.ts'

/** A secret that is shorter can be guessed by anyone who has one of its tokens. Bytes. */
const MIN_SECRET_BYTES = 32

/** Exactly these, one of several, or on purpose any. */
const expected = z.union([z.string().min(1), z.array(z.string().min(1)).min(1), z.null()])

/** A whole number with a default, which its description tells. */
function wholeNumber(min: number, fallback: number, about: string): z.ZodDefault<z.ZodInt> {
  return z.int().min(min).default(fallback).describe(`${about}. Default ${fallback}.`)
}

/** How JSON Web Tokens are checked. */
export const jwtSchema = z
  .strictObject({
    secret: z
      .string()
      .refine((text) => Buffer.byteLength(text) >= MIN_SECRET_BYTES, `must have ${MIN_SECRET_BYTES} bytes or more`)
      .optional()
      .describe(
        'The secret shared with the issuer, of at least 32 bytes, for HMAC. Give one of `secret`, `publicKey` and `jwksUrl`.',
      ),
    publicKey: z
      .union([z.string().min(1), z.record(z.string(), z.unknown())])
      .optional()
      .describe('The issuer’s public key: PEM (a public key or an X.509 certificate), or a JSON Web Key.'),
    jwksUrl: z
      .string()
      .refine(isKeySetUrl, 'must be an https: URL without credentials; http: is for this machine only')
      .optional()
      .describe('Where the issuer publishes its keys as a JSON Web Key Set. By https:, but on this machine.'),
    algorithms: z
      .array(z.enum([...HMAC_ALGORITHMS, ...PUBLIC_KEY_ALGORITHMS]))
      .min(1)
      .optional()
      .describe(
        'The algorithms that are taken. Default: all that fit the key: HS256, HS384, HS512 for a secret; for a public key those of its type; for a key set all of public keys.',
      ),
    issuer: expected.describe(
      'The `iss` that tokens must have, or several. null: any, which is safe only where the key signs for one issuer alone.',
    ),
    audience: expected.describe(
      'The `aud` that tokens must have, or several. null: any, so that every token that the issuer makes, for whatever application, is taken here.',
    ),
    clockToleranceMs: wholeNumber(0, 5_000, 'How far the issuer’s clock may be off, in milliseconds'),
    maxAgeMs: z
      .int()
      .min(1_000)
      .optional()
      .describe(
        'How long after its `iat` a token is taken at most, in milliseconds. Default: as long as its `exp` says.',
      ),
    requireExpiry: z.boolean().default(true).describe('Whether tokens without `exp` are refused. Default true.'),
    rolesClaim: z
      .string()
      .min(1)
      .default('roles')
      .describe(
        'The claim that holds the roles, by name or dotted path: an array of strings, or one string with spaces between them, as `scope`. Default `roles`.',
      ),
    subjectClaim: z
      .string()
      .min(1)
      .default('sub')
      .describe('The claim that says who the caller is, by name or dotted path. Default `sub`.'),
    jwksTimeoutMs: wholeNumber(1, 5_000, 'How long a request for the key set may take, in milliseconds'),
    jwksCooldownMs: wholeNumber(
      0,
      30_000,
      'How long after a request for the key set a token with an unknown key does not cause another one, in milliseconds',
    ),
    jwksRetryMs: wholeNumber(
      0,
      5_000,
      'How long after a failed request for the key set the next one may be, in milliseconds',
    ),
    jwksMaxAgeMs: wholeNumber(0, 600_000, 'How long the key set is used before it is asked for again, in milliseconds'),
    jwksStaleMs: wholeNumber(
      0,
      3_600_000,
      'How much longer the last key set is used while it cannot be asked for again, in milliseconds',
    ),
    jwksMaxBytes: wholeNumber(1, 262_144, 'Largest key set that is read, in bytes'),
  })
  .refine(
    ({ secret, publicKey, jwksUrl }) => [secret, publicKey, jwksUrl].filter((key) => key !== undefined).length === 1,
    'needs exactly one of `secret`, `publicKey` and `jwksUrl`',
  )
  .refine(
    ({ secret, algorithms }) =>
      algorithms === undefined || algorithms.every((name) => isHmac(name) === (secret !== undefined)),
    { path: ['algorithms'], message: 'HS256, HS384 and HS512 go with `secret`, and all others with public keys' },
  )

/** {@link jwtSchema} with its defaults. */
export type JwtSettings = z.output<typeof jwtSchema>

function isHmac(name: string): boolean {
  return HMAC_ALGORITHMS.some((known) => known === name)
}

function isKeySetUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  if (username !== '' || password !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}
