import { isShellName } from '../../state/shell-lines.ts'
import type { Change } from '../../stream/change.ts'
import { createCopyButton } from '../copy-button.ts'
import { h } from '../element.ts'

/** Gives how to have a collection record what was there before a change: a line for `mongosh`; null without one. */
export function toImagesHint({ ns }: Pick<Change, 'ns'>): HTMLElement | null {
  if (ns === null || typeof ns.coll !== 'string') return null
  const at = isShellName(ns.db) ? `use ${ns.db}` : `db = db.getSiblingDB(${JSON.stringify(ns.db)})`
  const command = `db.runCommand({ collMod: ${JSON.stringify(ns.coll)}, changeStreamPreAndPostImages: { enabled: true } })`
  const lines = `${at}\n${command}`
  return h(
    'div',
    { className: 'hint' },
    h('p', {}, 'What was there before is not recorded. From MongoDB 6.0 on, this has it recorded from now on:'),
    h('pre', {}, h('code', {}, lines)),
    createCopyButton(() => lines, 'Copy the command'),
  )
}
