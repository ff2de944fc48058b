/** Who the page says it is: a token that the person typed, or none. */
export interface Credentials {
  /** Whether there is a token. */
  readonly isSignedIn: boolean
  /** The headers of a request, which are the payload of `connection_init`, too; empty without a token. */
  headers(): Readonly<Record<string, string>>
  /** Takes a token, until the tab is closed. */
  signIn(token: string): void
  /** Forgets it. */
  signOut(): void
}

const KEY = 'tailrace.token'

/**
 * Keeps a token where only this tab's pages of this origin can read it: it outlives a reload, and not the tab.
 *
 * @param storage gives the tab's storage; where the browser denies that, the token does not outlive a reload either.
 */
export function createCredentials(storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): Credentials {
  let token = attempt(() => storage().getItem(KEY)) ?? null

  return {
    get isSignedIn() {
      return token !== null
    },
    headers: () => (token === null ? {} : { authorization: `Bearer ${token}` }),
    signIn(given) {
      token = given
      attempt(() => storage().setItem(KEY, given))
    },
    signOut() {
      token = null
      attempt(() => storage().removeItem(KEY))
    },
  }
}

// a browser may throw for any access, as it does where cookies are blocked
function attempt<T>(access: () => T): T | undefined {
  try {
    return access()
  } catch {
    return undefined
  }
}
