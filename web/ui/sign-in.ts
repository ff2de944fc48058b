import { byId, setText } from './element.ts'

/** Options of {@link createSignIn}. */
export interface SignInOptions {
  /** Called with a token that is good for a header. */
  readonly onSignIn: (token: string) => void
  readonly onSignOut: () => void
}

/** The form that asks for a token, and the button that forgets it. */
export interface SignIn {
  /** Asks for a token, unless it does so already. `reason` has no final period. */
  ask(reason: string): void
  hide(): void
  /** Shows whether there is a token to forget. */
  showSignedIn(isSignedIn: boolean): void
}

/** Creates it in the page's markup. */
export function createSignIn({ onSignIn, onSignOut }: SignInOptions): SignIn {
  const form = byId('sign-in', HTMLFormElement)
  const reasonText = byId('sign-in-reason', HTMLElement)
  const token = byId('token', HTMLInputElement)
  const signOut = byId('sign-out', HTMLButtonElement)

  // a pasted header means the token in it
  const toToken = () => token.value.trim().replace(/^bearer\s+/i, '')

  token.addEventListener('input', () => {
    const isToken = /^[\x21-\x7e]*$/.test(toToken())
    token.setCustomValidity(isToken ? '' : 'A token has no spaces, and plain letters, digits and signs only')
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const given = toToken()
    token.value = ''
    if (given !== '') onSignIn(given)
  })
  signOut.addEventListener('click', onSignOut)

  return {
    ask(reason) {
      if (!form.hidden) return
      setText(reasonText, `${reason}.`)
      form.hidden = false
      // not while the person is typing elsewhere
      if (document.activeElement === document.body) token.focus()
    },
    hide() {
      form.hidden = true
    },
    showSignedIn(isSignedIn) {
      signOut.hidden = !isSignedIn
    },
  }
}
