/** A recording of what a real server answered, step by step. Values are canonical Extended JSON, parsed. */
export interface Transcript {
  readonly name: string
  readonly description: string
  readonly server: string
  readonly transcript: readonly Step[]
}

/** One step: a command, the opening of a change stream, or reading what the stream has. */
export type Step = CommandStep | WatchStep | DrainStep

export interface CommandStep {
  readonly step: 'command'
  readonly db: string
  readonly command: Record<string, unknown>
  readonly reply: Record<string, unknown>
  /** Values of the reply that later steps use: name to dotted path. */
  readonly saveFrom?: Record<string, string>
}

export interface WatchStep {
  readonly step: 'watch'
  /** The name that `drain` steps call the stream by. */
  readonly as: string
  readonly db: string
  readonly command: Record<string, unknown>
  readonly reply: Record<string, unknown>
}

export interface DrainStep {
  readonly step: 'drain'
  readonly stream: string
  readonly events: readonly unknown[]
  readonly closed: boolean
  readonly error?: { readonly code: unknown }
  readonly notOpen?: boolean
  /**
   * Values of events that later steps use: name to index and field. The index `postBatch` stands for the last token.
   */
  readonly save?: Record<string, readonly [unknown, string]>
}
