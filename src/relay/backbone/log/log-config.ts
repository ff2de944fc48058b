import type { StreamConfig } from '@nats-io/jetstream'
import type { Images } from '../../changes/images.ts'
import { toScope } from '../../changes/scope.ts'
import type { LoggedStream, LogNames } from '../names.ts'

/** How much is kept of each log, and how often. */
export interface LogLimits {
  readonly replicas: number
  readonly maxBytes: number
  readonly maxAgeMs: number
}

/** What a log says of itself, in the description of its stream. */
export interface LogDescription {
  readonly stream: LoggedStream
  /** Which deployment's changes it has. */
  readonly deployment: string
}

const NS_PER_MS = 1_000_000

/** How a log is stored. */
export function logConfig(names: LogNames, description: LogDescription, limits: LogLimits): Partial<StreamConfig> {
  const { stream, deployment } = description
  const { scope, fullDocument, fullDocumentBeforeChange, showExpandedEvents } = stream
  const text = { tailrace: 1, deployment, ...scope, fullDocument, fullDocumentBeforeChange, showExpandedEvents }
  return {
    name: names.stream,
    subjects: [names.log],
    description: JSON.stringify(text),
    ...keptConfig(limits),
  }
}

/** How much is kept of a log, and how it is read. */
export function keptConfig({ replicas, maxBytes, maxAgeMs }: LogLimits): Partial<StreamConfig> {
  return {
    retention: 'limits',
    storage: 'file',
    // what is old makes room
    discard: 'old',
    num_replicas: replicas,
    max_bytes: maxBytes,
    max_age: maxAgeMs * NS_PER_MS,
    allow_direct: true,
  }
}

const FULL_DOCUMENT: ReadonlySet<unknown> = new Set(['default', 'updateLookup', 'whenAvailable'])
const BEFORE_CHANGE: ReadonlySet<unknown> = new Set(['off', 'whenAvailable'])

/** Reads what {@link logConfig} wrote; `undefined` for another stream. */
export function readDescription(text: string | undefined): LogDescription | undefined {
  try {
    const value = JSON.parse(text ?? '') as Record<string, unknown>
    const stream = toLoggedStream({ scope: value, ...value })
    const { deployment } = value
    return value['tailrace'] === 1 && stream && typeof deployment === 'string' ? { stream, deployment } : undefined
  } catch {
    return undefined
  }
}

/**
 * Checks what came from elsewhere.
 *
 * @throws RelayError `BAD_USER_INPUT` for a scope that cannot be watched
 */
export function toLoggedStream(value: Record<string, unknown>): LoggedStream | undefined {
  const { scope, fullDocument, fullDocumentBeforeChange, showExpandedEvents } = value
  if (!FULL_DOCUMENT.has(fullDocument) || !BEFORE_CHANGE.has(fullDocumentBeforeChange)) return undefined
  if (typeof showExpandedEvents !== 'boolean' || typeof scope !== 'object' || scope === null) return undefined
  const { db, coll } = scope as Record<string, unknown>
  if (!isText(db) || !isText(coll)) return undefined
  const images = { fullDocument, fullDocumentBeforeChange } as Images
  return { scope: toScope(db, coll), ...images, showExpandedEvents }
}

function isText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}
