import type { ObservedEvent } from './command-events.ts'
import type { Entities } from './entities.ts'
import { match } from './match.ts'
import type { ExpectedEvent, ExpectedEvents } from './spec-file.ts'

/** Compares what the clients published with what a test expects. @throws Error that names the first difference */
export function matchEvents(expected: readonly ExpectedEvents[], entities: Entities): void {
  for (const { client, eventType, events, ignoreExtraEvents } of expected) {
    if ((eventType ?? 'command') !== 'command') {
      throw new Error(`The event type ${String(eventType)} is not supported by this runner`)
    }
    const observed = entities.get(client, 'client').events
    const names = observed.map(({ kind, event }) => `${kind} ${event.commandName}`).join(', ')
    if (ignoreExtraEvents ? observed.length < events.length : observed.length !== events.length) {
      throw new Error(`Expected ${events.length} events of ${client}, got ${observed.length}: ${names}`)
    }
    for (const [i, each] of events.entries()) matchEvent(each, observed[i], entities, `Event ${i + 1} of ${names}`)
  }
}

function matchEvent(
  expected: ExpectedEvent,
  observed: ObservedEvent | undefined,
  entities: Entities,
  at: string,
): void {
  const [[kind, fields] = ['', {}]] = Object.entries(expected)
  if (observed?.kind !== kind) throw new Error(`${at}: expected a ${kind}`)
  try {
    for (const [name, value] of Object.entries(fields)) match(value, fieldOf(observed, name), entities)
  } catch (error) {
    throw new Error(`${at}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function fieldOf({ kind, event }: ObservedEvent, name: string): unknown {
  if (name === 'commandName') return event.commandName
  if (name === 'databaseName') return event.databaseName
  if (name === 'hasServiceId') return event.hasServiceId
  if (name === 'hasServerConnectionId') return event.serverConnectionId !== null
  if (name === 'command' && kind === 'commandStartedEvent') return event.command
  if (name === 'reply' && kind === 'commandSucceededEvent') return event.reply
  throw new Error(`The field ${name} of a ${kind} is not supported by this runner`)
}
