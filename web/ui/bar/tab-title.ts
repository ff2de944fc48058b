import type { ShownState } from './status-view.ts'
import { toVisible } from '../../format/visible.ts'
import { byId } from '../element.ts'

/** The icon for each state that has one of its own. */
const ICONS: Readonly<Partial<Record<ShownState, string>>> = {
  live: 'icon.svg',
  connecting: 'icon.svg',
  paused: 'icon-paused.svg',
}

/** Shows namespace, count and state in the browser's tab: `shop.orders · 12 · Reconnecting – Tailrace`. */
export function showTabTitle(name: string, received: number, state: ShownState, word: string): void {
  const title = [toVisible(name), received.toLocaleString('en'), word].join(' · ')
  const whole = `${title} – Tailrace`
  if (document.title !== whole) document.title = whole
  const icon = byId('icon', HTMLLinkElement)
  const href = ICONS[state] ?? 'icon-trouble.svg'
  if (icon.getAttribute('href') !== href) icon.setAttribute('href', href)
}
