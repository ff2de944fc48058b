import type { Timestamp } from 'bson'
import type { Position } from '../changes/position.ts'
import type { ServerToken } from '../changes/resume-token.ts'

/** The positions of the last events of a scope: resume tokens only, no events. */
export interface PositionRing {
  /** Forgets everything and begins at `origin`: no event between there and the next one pushed is left out. */
  reset(origin: Position): void
  /** Remembers an event by its token, as a string and as the server gave it. One that is not after the last one is ignored, so that several readers may push the same events. */
  push(resumeToken: string, token: ServerToken): void
  /** Notes that nothing happened up to this position; a token as the server gives it for an idle stream. */
  advance(resumeToken: string): void
  /** Settles when everything up to this cluster time has been pushed, as far as the tokens tell. May never settle. */
  reaches(time: Timestamp): Promise<void>
  /** Where a stream must start to deliver the last `count` remembered events first; `undefined` when nothing is known. */
  before(count: number): Position | undefined
}

/**
 * A ring of at most `capacity` positions. Cost: a few hundred bytes per position.
 */
export function createPositionRing(capacity: number): PositionRing {
  let origin: Position | undefined
  let tokens: { readonly text: string; readonly after: ServerToken }[] = []
  let reached = ''
  let waiting: { readonly prefix: string; readonly resolve: () => void }[] = []

  const advance = (resumeToken: string) => {
    if (resumeToken > reached) reached = resumeToken
    for (const { prefix, resolve } of waiting) if (reached >= prefix) resolve()
    waiting = waiting.filter(({ prefix }) => reached < prefix)
  }

  return {
    advance,
    reaches(time) {
      const prefix = tokenPrefix(time)
      return reached >= prefix
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push({ prefix, resolve })
          })
    },
    reset(position) {
      origin = position
      tokens = []
    },
    push(resumeToken, token) {
      advance(resumeToken)
      if (origin === undefined) return
      const last = tokens.at(-1)
      // the server's tokens are made so that their hex digits order as the events do
      if (last !== undefined && last.text >= resumeToken) return
      tokens.push({ text: resumeToken, after: token })
      // what is pushed out becomes the origin, which is the position before the oldest event remembered
      const oldest = tokens.length > capacity ? tokens.shift() : undefined
      if (oldest !== undefined) origin = { after: oldest.after }
    },
    before(count) {
      const known = tokens[tokens.length - count - 1]
      return known === undefined ? origin : { after: known.after }
    },
  }
}

/** How the tokens of a cluster time begin: the type byte of a timestamp, then its two halves. */
function tokenPrefix({ t, i }: Timestamp): string {
  return `82${[t, i].map((half) => half.toString(16).padStart(8, '0').toUpperCase()).join('')}`
}
