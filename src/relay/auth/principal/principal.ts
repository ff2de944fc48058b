/** Who asks: what a relay knows of a caller, however it identified itself. */
export interface Principal {
  /** Whom the credentials name, such as a JWT's `sub`. Limits per principal count by it. */
  readonly subject: string
  /** What rules can ask for. */
  readonly roles: readonly string[]
  /** What the credentials say besides, such as a JWT's claims. From an issuer that is trusted, but any JSON value. */
  readonly claims: Readonly<Record<string, unknown>>
  /** When the credentials expire, in milliseconds since 1970; absent: never. */
  readonly expiresAtMs?: number
}

/** Everybody where no authentication is set up, and callers without credentials where that is allowed. */
export const ANONYMOUS: Principal = { subject: 'anonymous', roles: ['anonymous'], claims: {} }
