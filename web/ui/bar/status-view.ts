import type { Status } from '../../stream/status.ts'
import { byId, setText } from '../element.ts'

/** What the page shows of its state: `paused` is live, but standing still for its reader. */
export type ShownState = Status['state'] | 'paused'

/** The word for each state. */
export const WORDS: Readonly<Record<ShownState, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  interrupted: 'Waiting for MongoDB',
  reconnecting: 'Reconnecting',
  failed: 'Failed',
  unauthenticated: 'Signed out',
  paused: 'Paused',
}

function toNotice(status: Status): string {
  switch (status.state) {
    case 'connecting':
    case 'live':
    // the form says more
    case 'unauthenticated':
      return ''
    case 'interrupted':
      return 'The relay is running, but cannot reach MongoDB. It keeps trying, and goes on where it was.'
    case 'reconnecting':
      return `${status.reason}. Trying again.`
    case 'failed':
      return `${status.reason}. ${status.advice}`
  }
}

/** Shows the state of the stream: a word always, and a sentence with a button when it is not live. */
export interface StatusView {
  show(status: Status, shown: ShownState): void
}

/**
 * Creates it in the page's markup.
 *
 * @param say tells screen readers when the state is another one.
 * @param onRetry called when the person does not want to wait.
 */
export function createStatusView(say: (text: string) => void, onRetry: () => void): StatusView {
  const pill = byId('status', HTMLElement)
  const word = byId('status-text', HTMLElement)
  const notice = byId('notice', HTMLElement)
  const text = byId('notice-text', HTMLElement)
  const retry = byId('retry', HTMLButtonElement)
  let said = ''
  retry.addEventListener('click', onRetry)

  return {
    show(status, shown) {
      const sentence = toNotice(status)
      pill.dataset['state'] = shown
      setText(word, WORDS[shown])
      notice.hidden = sentence === ''
      notice.dataset['state'] = shown
      setText(text, sentence)
      retry.hidden = shown === 'interrupted'
      retry.textContent = shown === 'failed' ? 'Try again' : 'Try now'
      const speech = `${WORDS[shown]}. ${sentence}`
      if (speech !== said) say(speech)
      said = speech
    },
  }
}
