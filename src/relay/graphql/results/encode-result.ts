import { executeSync, type GraphQLSchema } from 'graphql'
import { ANONYMOUS } from '../../auth/principal/principal.ts'
import { writeJson } from '../../../bson/ejson/json-text.ts'
import type { EjsonFormat } from '../../../bson/ejson/to-ejson-text.ts'
import type { Change } from '../../changes/change.ts'
import { toLastingText } from '../../changes/unpooled-bytes.ts'
import { RelayError } from '../../../errors.ts'
import type { CohortSpec } from '../../feed/cohort.ts'
import { toChangeModel } from '../schema/change-model.ts'
import { fromCohortKey } from '../cohort-key.ts'
import { compileResult } from './compile-result.ts'
import type { GraphQLContext, Services } from '../context.ts'
import { isJsonWithin } from './json-size.ts'
import { toPublicError, toPublicResult } from '../public-error.ts'
import { createResultText, TooLarge } from './result-text.ts'

/** What is around the data of a result, which the limit of its size does not count. */
const ENVELOPE_BYTES = '{"data":}'.length

/** How the results of a cohort are made. */
export interface EncoderOptions {
  readonly schema: GraphQLSchema
  /** What the operation is made of. */
  readonly key: string
  readonly format: EjsonFormat
  readonly services: Services
  readonly maxResultBytes: number
}

/**
 * Executes an operation for events, and encodes the results.
 *
 * **Memory**: lives as long as the cohort. So it keeps what was compiled and the key, and neither document nor
 * variables nor anything else of the caller who came first.
 */
export function createEncoder({ schema, key, format, services, maxResultBytes }: EncoderOptions): CohortSpec['encode'] {
  const contextValue: GraphQLContext = { services, principal: ANONYMOUS, owner: '' }
  const write = compileResult({ schema, ...fromCohortKey(key), contextValue })

  return (change) => {
    // one event that cannot be written must not end anything
    try {
      return encode(change)
    } catch (error) {
      const shown = toPublicError(error, services.reportError)
      const extensions = { ...shown.extensions, resumeToken: change.resumeToken }
      return Buffer.from(JSON.stringify({ errors: [{ ...shown.toJSON(), extensions }] }))
    }
  }

  function encode(change: Change): ReturnType<CohortSpec['encode']> {
    const rootValue = toChangeModel(change, format)
    try {
      const text = createResultText(maxResultBytes + ENVELOPE_BYTES)
      write?.(rootValue, text)
      if (write) return text.toBuffer()
    } catch (error) {
      if (error instanceof TooLarge) return tooLarge(change, maxResultBytes)
      // whatever it was: execution tells it as GraphQL does
    }
    const result = executeSync({ schema, ...fromCohortKey(key), contextValue, rootValue })
    return isJsonWithin(result.data, maxResultBytes)
      ? toLastingText(writeJson(toPublicResult(result, services)))
      : tooLarge(change, maxResultBytes)
  }
}

function tooLarge({ resumeToken }: Change, maxBytes: number): RelayError {
  const message = `An event makes a result of more than ${maxBytes} bytes; ask for fewer fields, or continue after it`
  // the event's own position, so that to continue from there gets past it
  return new RelayError('EVENT_TOO_LARGE', message, { resumeToken })
}
