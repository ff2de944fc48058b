import type { Session } from '../session.ts'
import { byId, setText } from './element.ts'

/** The button at the end of the list. */
export interface OlderButton {
  show(session: Pick<Session, 'older' | 'log' | 'status'>): void
}

function toText({ older, log }: Pick<Session, 'older' | 'log'>): string {
  if (log.isFull) return 'The newest 10,000 changes are kept'
  switch (older) {
    case 'unknown':
      return 'Older changes'
    case 'loading':
      return 'Looking back…'
    case 'none':
      return 'Nothing older: the oplog reaches back no further'
    case 'failed':
      return 'Older changes could not be read: try again'
  }
}

/** Creates it in the page's markup. */
export function createOlderButton(onOlder: () => void): OlderButton {
  const button = byId('older', HTMLButtonElement)
  button.addEventListener('click', onOlder)
  return {
    show(session) {
      button.hidden = session.log.shown.length === 0
      button.disabled = session.log.isFull || session.older === 'none' || session.older === 'loading'
      setText(button, toText(session))
    },
  }
}
