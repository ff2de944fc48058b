import { z } from 'zod'
import { EXPIRY_CHECK_MS, EXPIRY_GRACE_MS } from './expiry-defaults.ts'
import { BEARER_SECRET } from './secrets.ts'
import { jwtSchema } from './jwt/jwt-schema.ts'

const names = z.array(z.string().min(1))

/** A machine's token, or its digest, and whom it stands for. */
export const staticTokenSchema = z
  .strictObject({
    token: z
      .string()
      .regex(BEARER_SECRET.pattern, BEARER_SECRET.expected)
      .optional()
      .describe('The token itself, of at least 16 characters. Give this or `sha256`.'),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits')
      .optional()
      .describe('The SHA-256 digest of the token in hexadecimal, so that the configuration does not hold the token.'),
    subject: z.string().min(1).describe('Whom the token stands for. Limits per principal count by it.'),
    roles: names.default([]).describe('The roles that it gives. Default none.'),
    claims: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Claims as a JWT would have them, for rules that fill them in.'),
  })
  .refine(
    ({ token, sha256 }) => (token === undefined) !== (sha256 === undefined),
    'needs `token` or `sha256`, not both',
  )

/** How callers identify themselves. The whole of what an operator can say about it; unknown keys are errors. */
export const authSchema = z
  .strictObject({
    jwt: jwtSchema.optional().describe('Takes JSON Web Tokens of an issuer.'),
    tokens: z
      .array(staticTokenSchema)
      .optional()
      .describe('Takes these bearer tokens, for machines. They never expire; remove one to withdraw it.'),
    allowAnonymous: z
      .boolean()
      .optional()
      .describe(
        'Whether callers without credentials are taken, as `anonymous`. Default: only where neither `jwt` nor `tokens` is set. Credentials that are not good are refused in any case.',
      ),
    cookie: z
      .string()
      .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is not a name that a cookie can have')
      .optional()
      .describe(
        'The name of a cookie that holds a bearer token, for browsers. Counts only for requests of the relay’s own pages and those of allowed origins. Default: no cookie is looked at.',
      ),
    expiryGraceMs: z
      .int()
      .min(0)
      .default(EXPIRY_GRACE_MS)
      .describe(
        'How long subscriptions go on after their credentials have expired, in milliseconds, so that there is time to renew them. Default 30000.',
      ),
    expiryCheckMs: z
      .int()
      .min(10)
      .max(60_000)
      .default(EXPIRY_CHECK_MS)
      .describe('How often is looked for expired credentials, in milliseconds. Default 1000.'),
    maxTokenBytes: z
      .int()
      .min(16)
      // a connection_init has to hold it
      .max(24_576)
      .default(16_384)
      .describe('Largest bearer token that is looked at, in bytes; at most 24576. Default 16384.'),
  })
  .refine(
    ({ jwt, tokens = [], allowAnonymous }) => allowAnonymous !== false || jwt !== undefined || tokens.length > 0,
    'lets no one in: with `allowAnonymous: false` it needs `jwt` or `tokens`',
  )

/** What an operator writes: everything with a default may be left out. */
export type AuthOptions = z.input<typeof authSchema>

/** The same with its defaults. */
export type AuthSettings = z.output<typeof authSchema>

/** One entry of {@link AuthSettings.tokens}. */
export type StaticToken = z.output<typeof staticTokenSchema>
