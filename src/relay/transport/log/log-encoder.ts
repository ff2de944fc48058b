import type { EjsonFormat } from '../../../bson/ejson/to-ejson-text.ts'
import { toLastingText } from '../../changes/unpooled-bytes.ts'
import { RelayError } from '../../../errors.ts'
import type { CohortSpec } from '../../feed/cohort.ts'
import { hasMoreBytes } from '../../../util/text-bytes.ts'

/**
 * Writes events as a log has them: each as Extended JSON, byte by byte what the field `json` of GraphQL holds.
 *
 * @param maxBytes how large one may be
 */
export function createLogEncoder(format: EjsonFormat, maxBytes: number): CohortSpec['encode'] {
  return ({ event, resumeToken }) => {
    try {
      const { text } = event.text(format)
      if (!hasMoreBytes(text, maxBytes)) return toLastingText(text)
      // the event's own position, so that to continue from there gets past it
      const message = `An event has more than ${maxBytes} bytes, as \`maxResultBytes\` allows; continue after it`
      return new RelayError('EVENT_TOO_LARGE', message, { resumeToken })
    } catch (cause) {
      return new RelayError('UPSTREAM_FAILED', 'An event cannot be written as JSON', { cause, resumeToken })
    }
  }
}
