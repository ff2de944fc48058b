/** What a secret must be like. */
export interface SecretRule {
  readonly pattern: RegExp
  /** What is expected, for a message that does not repeat the secret. */
  readonly expected: string
}

/** What callers present in a header, and no one can guess. */
export const BEARER_SECRET: SecretRule = {
  pattern: /^[\x21\x23-\x2b\x2d-\x7e]{16,}$/,
  expected: 'must have 16 characters or more, without spaces, commas and quotes',
}

/** What others are sealed with. */
export const SEALING_SECRET: SecretRule = { pattern: /^[^]{32,}$/, expected: 'must have 32 characters or more' }
