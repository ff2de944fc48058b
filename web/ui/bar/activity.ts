import { toChangeTimeMs } from '../../format/time.ts'
import { createNamespaceCounts } from '../../rates/namespace-counts.ts'
import { createRecentRates, WINDOW_SECONDS } from '../../rates/recent-rates.ts'
import { toSparkline } from '../../rates/sparkline.ts'
import { type Namespace, toNamespaceName } from '../../state/view.ts'
import type { Change } from '../../stream/change.ts'
import { byId, h, setText } from '../element.ts'

/** How many points the sparkline of five minutes has. */
const POINTS = 60

/** How many namespaces are listed. */
const MAX_LISTED = 20

/** How much happens: a sparkline, the count of each operation to filter by, and that of each namespace to go to. */
export interface Activity {
  add(change: Change): void
  /** Draws it; called about once a second. */
  draw(): void
  /** Shows which operations the list is filtered by. */
  choose(operationTypes: readonly string[]): void
  /** Forgets everything. */
  reset(): void
}

/** What a person chooses. */
export interface ActivityOptions {
  /** Called with the operations to be shown; none for all. */
  readonly onOperations: (operationTypes: readonly string[]) => void
  readonly onNamespace: (namespace: Namespace) => void
}

const toCount = (count: number) => count.toLocaleString('en')

/** Gives a rate for people: `3.2/s`, and `12/min` where that is less than one in a second. */
function toRateText(count: number): string {
  const perSecond = count / WINDOW_SECONDS
  if (perSecond >= 1) return `${perSecond >= 10 ? toCount(Math.round(perSecond)) : perSecond.toFixed(1)}/s`
  return `${toCount(Math.round(perSecond * 60))}/min`
}

const SVG = 'http://www.w3.org/2000/svg'

function toLine(d: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  const path = document.createElementNS(SVG, 'path')
  for (const [name, value] of Object.entries({ viewBox: '-1 -1 98 18', width: '98', height: '18' })) {
    svg.setAttribute(name, value)
  }
  svg.setAttribute('aria-hidden', 'true')
  path.setAttribute('d', d)
  svg.append(path)
  return svg
}

/** Creates it in the page's markup. Cost of each drawing: that of the operations and namespaces that there are. */
export function createActivity({ onOperations, onNamespace }: ActivityOptions): Activity {
  const path = byId('sparkline', SVGPathElement)
  const rate = byId('rate', HTMLElement)
  const chips = byId('chips', HTMLElement)
  const operations = byId('operations', HTMLElement)
  const table = byId('namespaces', HTMLElement)
  const panel = byId('activity', HTMLDetailsElement)
  const rates = createRecentRates()
  const counts = createNamespaceCounts()
  const namespaces = new Map<string, Namespace>()
  const buttons = new Map<string, HTMLButtonElement>()
  let chosen: readonly string[] = []

  function toChip(operationType: string): HTMLButtonElement {
    const count = h('span', { className: 'chip-count' })
    const chip = h(
      'button',
      { type: 'button', className: 'chip' },
      h('span', { className: 'badge' }, operationType),
      count,
    )
    chip.dataset['operation'] = operationType
    chip.addEventListener('click', () => {
      const isChosen = chosen.includes(operationType)
      onOperations(isChosen ? chosen.filter((type) => type !== operationType) : [...chosen, operationType])
    })
    chips.append(chip)
    return chip
  }

  function drawChips(): void {
    const known = new Map(counts.byType())
    // what is filtered by stays to be seen, so that it can be undone
    for (const type of [...known.keys(), ...chosen]) {
      const chip = buttons.get(type) ?? toChip(type)
      buttons.set(type, chip)
      const [, count] = chip.children
      if (count !== undefined) setText(count, toCount(known.get(type) ?? 0))
      chip.setAttribute('aria-pressed', String(chosen.includes(type)))
    }
  }

  function drawOperations(nowMs: number): void {
    if (!panel.open) return
    const rows = rates.totals(nowMs).map(([type, count]) => {
      const line = toLine(toSparkline(rates.points(nowMs, POINTS, type), 96, 16))
      const name = h('th', { scope: 'row', className: 'badge' }, type)
      const row = h('tr', {}, name, h('td', {}, line), h('td', {}, toRateText(count)))
      row.dataset['operation'] = type
      return row
    })
    operations.replaceChildren(...rows)
  }

  function drawNamespaces(): void {
    if (!panel.open) return
    const list = counts.list()
    const rows = list.slice(0, MAX_LISTED).map(({ namespace, total, byType }) => {
      const target = namespace === null ? undefined : namespaces.get(namespace)
      const button = h(
        'button',
        { type: 'button', className: 'quiet', disabled: target === undefined },
        namespace ?? 'others',
      )
      button.addEventListener('click', () => {
        panel.open = false
        if (target !== undefined) onNamespace(target)
      })
      const types = byType.map(([type, count]) => `${type} ${toCount(count)}`).join(', ')
      return h('tr', {}, h('th', { scope: 'row' }, button), h('td', { title: types }, toCount(total)))
    })
    const focused = document.activeElement?.textContent
    table.replaceChildren(...rows)
    // the keyboard stays where it was
    if (focused !== undefined && focused !== '' && document.activeElement === document.body) {
      for (const button of table.querySelectorAll('button')) if (button.textContent === focused) button.focus()
    }
  }

  function draw(): void {
    const nowMs = Date.now()
    const points = rates.points(nowMs, POINTS)
    path.setAttribute('d', toSparkline(points, 96, 16))
    const total = points.reduce((sum, point) => sum + point, 0)
    setText(rate, total === 0 ? '' : toRateText(total))
    const kinds = rates.totals(nowMs).map(([type, count]) => `${type} ${toRateText(count)}`)
    rate.title = `Over the last five minutes${kinds.length === 0 ? '' : `: ${kinds.join(', ')}`}`
    drawChips()
    drawOperations(nowMs)
    drawNamespaces()
  }

  panel.addEventListener('toggle', draw)
  return {
    add(change) {
      const nowMs = Date.now()
      const { operationType, ns } = change
      rates.add(operationType, toChangeTimeMs(change) ?? nowMs, nowMs)
      const namespace = ns === null ? null : { db: ns.db, coll: ns.coll ?? null }
      if (namespace === null) return
      const name = toNamespaceName(namespace)
      counts.add(name, operationType)
      if (namespaces.size < 1_000) namespaces.set(name, namespace)
    },
    draw,
    choose(operationTypes) {
      chosen = operationTypes
      drawChips()
    },
    reset() {
      rates.clear()
      counts.clear()
      namespaces.clear()
      buttons.clear()
      chips.replaceChildren()
      draw()
    },
  }
}
