import type { SeenEvent } from './events.ts'

/** What a subscriber asked for. */
export interface Interest {
  readonly groups: ReadonlySet<number>
  /** Absent: all. */
  readonly operationTypes?: ReadonlySet<string>
}

/** What one connection of a subscriber received, in order. */
export interface ConnectionRecord {
  /** Where it continued; absent at the first, and after an announced loss. */
  readonly startAfter?: string
  readonly events: readonly SeenEvent[]
  /** Whether the relay ended it by saying that events are lost. */
  readonly announcedLoss: boolean
}

/** All connections of a subscriber, in order. */
export interface SubscriberRecord {
  readonly interest: Interest
  readonly connections: readonly ConnectionRecord[]
}

/** What was found out about a subscriber, or about all of them. */
export interface Findings {
  readonly expected: number
  readonly delivered: number
  /** Expected, not delivered, and no error said so: forbidden. */
  readonly missing: number
  /** Expected and not delivered, between an announced loss and the next event. */
  readonly announced: number
  /** Twice in a connection, or again after the token that a connection started after: forbidden. */
  readonly duplicated: number
  /** Before an event that comes earlier in the change stream: forbidden. */
  readonly outOfOrder: number
  /** Never written, not asked for, or with another content: forbidden. */
  readonly invented: number
}

/** Whether the delivery contract was kept. */
export function isKept({ missing, duplicated, outOfOrder, invented }: Findings): boolean {
  return missing + duplicated + outOfOrder + invented === 0
}

/** Whether an event is of interest. */
export function isExpected({ groups, operationTypes }: Interest, event: SeenEvent): boolean {
  return groups.has(event.group) && (operationTypes?.has(event.operationType) ?? true)
}

/**
 * Checks what a subscriber received against what the oracle saw: all events in change-stream order, from the
 * subscriber's starting position to the end.
 */
export function checkSubscriber(oracle: readonly SeenEvent[], { interest, connections }: SubscriberRecord): Findings {
  const expected = oracle.filter((event) => isExpected(interest, event))
  const places = new Map(expected.map((event, place) => [event.token, place]))
  const contents = new Map(expected.map(({ token, content }) => [token, content]))
  const delivered = new Set<string>()
  const excused = new Set<number>()
  const found = { duplicated: 0, outOfOrder: 0, invented: 0 }
  let lossAfter: number | undefined

  for (const { startAfter, events, announcedLoss } of connections) {
    const inConnection = new Set<string>()
    let last = startAfter === undefined ? -1 : (places.get(startAfter) ?? -1)
    for (const { token, content } of events) {
      const place = places.get(token)
      if (place === undefined || contents.get(token) !== content) {
        found.invented++
        continue
      }
      if (lossAfter !== undefined) for (let at = lossAfter + 1; at < place; at++) excused.add(at)
      lossAfter = undefined
      if (inConnection.has(token) || token === startAfter) found.duplicated++
      else if (place < last) found.outOfOrder++
      inConnection.add(token)
      delivered.add(token)
      last = Math.max(last, place)
    }
    if (announcedLoss) lossAfter ??= last
  }
  if (lossAfter !== undefined) for (let at = lossAfter + 1; at < expected.length; at++) excused.add(at)

  const absent = expected.flatMap(({ token }, place) => (delivered.has(token) ? [] : [place]))
  const announced = absent.filter((place) => excused.has(place)).length
  return {
    expected: expected.length,
    delivered: delivered.size,
    missing: absent.length - announced,
    announced,
    ...found,
  }
}

/** The findings about several subscribers together. */
export function sumFindings(all: readonly Findings[]): Findings {
  const sum = (name: keyof Findings) => all.reduce((total, findings) => total + findings[name], 0)
  return {
    expected: sum('expected'),
    delivered: sum('delivered'),
    missing: sum('missing'),
    announced: sum('announced'),
    duplicated: sum('duplicated'),
    outOfOrder: sum('outOfOrder'),
    invented: sum('invented'),
  }
}
