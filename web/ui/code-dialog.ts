import type { CodeView } from '../code/code-view.ts'
import { toSnippets } from '../code/snippets.ts'
import { createCopyButton } from './copy-button.ts'
import { createTabs } from './detail/tabs.ts'
import { byId, h } from './element.ts'

/** Creates the dialog that shows a view as code; gives what opens it. */
export function createCodeDialog(getView: () => CodeView | null, url: string): () => void {
  const dialog = byId('code', HTMLDialogElement)
  const close = h('button', { type: 'button', className: 'quiet', attributes: { 'aria-label': 'Close' } }, '✕')
  close.addEventListener('click', () => dialog.close())
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close()
  })
  const code = h('code', {})
  const labels = toSnippets(EXAMPLE, url).map(({ label }) => label)
  const tabs = createTabs('code', 'What to write it in', [labels[0] ?? '', ...labels.slice(1)], fill)
  const copy = createCopyButton(() => code.textContent, 'Copy the code')
  const title = h('h2', { id: 'code-title' }, 'Use this view in code')
  tabs.panel.append(h('pre', {}, code))
  const head = h('div', { className: 'dialog-head' }, title, copy, close)
  dialog.append(h('div', { className: 'dialog' }, head, tabs.element, tabs.panel))

  function fill(): void {
    const view = getView()
    if (view === null) return
    const snippet = toSnippets(view, url).find(({ label }) => label === tabs.chosen)
    // to be copied: as it is
    code.textContent = snippet?.code ?? ''
  }

  return () => {
    fill()
    if (!dialog.open) dialog.showModal()
  }
}

/** Any view: for the names of what can be shown. */
const EXAMPLE: CodeView = {
  ...{ db: null, coll: null, where: null, operationTypes: null, snapshot: null },
  fullDocument: 'DEFAULT',
  fullDocumentBeforeChange: 'OFF',
  start: { kind: 'now' },
}
