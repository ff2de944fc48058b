import { byId, h } from './element.ts'
import type { Key } from './keys.ts'

/** Creates the list of the keys, in the page's dialog; gives what opens it. */
export function createHelp(keys: readonly Key[]): () => void {
  const dialog = byId('help', HTMLDialogElement)
  const rows = keys.map(({ label, does }) => {
    const names = label.split(' ').map((name) => h('kbd', {}, name))
    return h('div', {}, h('dt', {}, ...names), h('dd', {}, does))
  })
  const close = h('button', { type: 'button', className: 'quiet', attributes: { 'aria-label': 'Close' } }, '✕')
  close.addEventListener('click', () => dialog.close())
  // a click beside it
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close()
  })
  const title = h('h2', { id: 'help-title' }, 'Keys')
  dialog.append(
    h(
      'div',
      { className: 'dialog' },
      h('div', { className: 'dialog-head' }, title, close),
      h('dl', { className: 'keys' }, ...rows),
    ),
  )
  return () => {
    if (!dialog.open) dialog.showModal()
  }
}
