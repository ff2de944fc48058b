import type { RelayError } from '../../../errors.ts'
import type { Position } from '../../changes/position.ts'

/** Where a subscriber enters a stream. */
export interface Entrance {
  readonly position: Position
  /** Whether a caller sent it. */
  readonly isGiven: boolean
  /** Called with an error instead of ending the subscriber. */
  readonly onError?: ((error: RelayError) => void) | undefined
}
