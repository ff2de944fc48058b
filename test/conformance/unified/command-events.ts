import type { CommandFailedEvent, CommandStartedEvent, CommandSucceededEvent, MongoClient } from 'mongodb'
import type { ClientSpec } from './spec-file.ts'

/** A command monitoring event, under the name that tests call it by. */
export type ObservedEvent =
  | { readonly kind: 'commandStartedEvent'; readonly event: CommandStartedEvent }
  | { readonly kind: 'commandSucceededEvent'; readonly event: CommandSucceededEvent }
  | { readonly kind: 'commandFailedEvent'; readonly event: CommandFailedEvent }

const KINDS: readonly string[] = ['commandStartedEvent', 'commandSucceededEvent', 'commandFailedEvent']
/** Handshakes, secrets and the tests' own doing: never part of what is expected. */
const NEVER_OBSERVED = [
  'hello',
  'isMaster',
  'ismaster',
  'authenticate',
  'saslStart',
  'saslContinue',
  'getnonce',
  'createUser',
  'updateUser',
  'copydbgetnonce',
  'copydbsaslstart',
  'copydb',
  'configureFailPoint',
]

/**
 * Collects from now on what a client publishes and its entity observes, in order. The client must monitor commands.
 * @throws Error for a kind of event that the runner does not know
 */
export function observeEvents(client: MongoClient, spec: ClientSpec): readonly ObservedEvent[] {
  const observed = spec.observeEvents ?? []
  const unknown = observed.find((kind) => !KINDS.includes(kind))
  if (unknown) throw new Error(`Observing ${unknown} is not supported by this runner`)
  const ignored = new Set([...NEVER_OBSERVED, ...(spec.ignoreCommandMonitoringEvents ?? [])])
  const events: ObservedEvent[] = []
  function take(observation: ObservedEvent): void {
    if (observed.includes(observation.kind) && !ignored.has(observation.event.commandName)) events.push(observation)
  }
  client.on('commandStarted', (event) => take({ kind: 'commandStartedEvent', event }))
  client.on('commandSucceeded', (event) => take({ kind: 'commandSucceededEvent', event }))
  client.on('commandFailed', (event) => take({ kind: 'commandFailedEvent', event }))
  return events
}
