import { expect, vi } from 'vitest'
import type { RelayError } from '../../../../src/errors.ts'
import type { ChangeSource } from '../../../../src/relay/changes/change-source.ts'
import type { Position } from '../../../../src/relay/changes/position.ts'
import { fromTokenString } from '../../../../src/relay/changes/tokens/resume-token.ts'
import { IMAGES } from './logs.ts'

/** One who reads the collection `c` of a database, for the whole test. */
export interface LogReader {
  /** Of the events, as they came. */
  readonly tokens: readonly string[]
  /** How large all events were together. */
  readonly bytes: number
  /** How often it was open, and interrupted, in turn. */
  readonly states: readonly ('open' | 'interrupted')[]
  readonly error: RelayError | undefined
  /** Waits until it is open, and no longer interrupted. */
  opened(): Promise<void>
  /** Waits until it has so many events, or an error. */
  has(count: number): Promise<void>
  failed(): Promise<RelayError>
  /** Ends it; to be awaited. */
  stop(): Promise<void>
}

/**
 * Begins to read, from now on or after a token.
 *
 * @param onInterruption is told why it is interrupted
 */
export function startReader(
  source: ChangeSource,
  db: string,
  after?: string,
  onInterruption: (error: RelayError) => void = () => {},
): LogReader {
  const tokens: string[] = []
  const states: ('open' | 'interrupted')[] = []
  let bytes = 0
  let error: RelayError | undefined
  const aborter = new AbortController()
  const start: Position | 'now' = after === undefined ? 'now' : { after: fromTokenString(after) }
  const running = run().catch((caught: unknown) => {
    if (!aborter.signal.aborted) error = caught as RelayError
  })

  async function run(): Promise<void> {
    const options = { scope: { db, coll: 'c' }, ...IMAGES, start, isStartGiven: true }
    for await (const event of source.watch(options, aborter.signal)) {
      if (event.type !== 'batch') {
        states.push(event.type)
        if (event.type === 'interrupted') onInterruption(event.error)
        continue
      }
      for (const { resumeToken, raw } of event.events) {
        tokens.push(resumeToken)
        bytes += raw.length
      }
    }
  }

  return {
    tokens,
    states,
    get bytes() {
      return bytes
    },
    get error() {
      return error
    },
    opened: () => vi.waitFor(() => expect([states.at(-1), error]).toEqual(['open', undefined])),
    async has(count) {
      await vi.waitFor(() => expect(error !== undefined || tokens.length >= count).toBe(true))
      expect(error).toBeUndefined()
    },
    failed: () =>
      vi.waitFor(() => {
        if (!error) throw new Error(`No error after ${tokens.length} events`)
        return error
      }),
    async stop() {
      aborter.abort(new Error('The reader stops'))
      await running
    },
  }
}
