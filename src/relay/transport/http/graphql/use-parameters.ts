import type { Plugin } from 'graphql-yoga'
import type { Operation, Operations } from '../../../graphql/operations/operations.ts'
import { type GivenRequest, readParameters } from './parameters.ts'
import type { InSlot } from './request-slot.ts'

/** Where the plugin finds the request, and leaves which operation it asks for. */
export interface ParameterSlot extends GivenRequest {
  operation?: () => Operation
}

/**
 * Reads what a request asks for, in Yoga's place: which would keep the request's body, and what is parsed of it, for as
 * long as the operation goes on, and count documents in its caches instead of what they take.
 */
export function useParameters(operations: Operations): Plugin<InSlot<ParameterSlot>, InSlot<ParameterSlot>> {
  return {
    onRequestParse({ serverContext: { slot }, setRequestParser }) {
      setRequestParser(async () => {
        const { params, operation } = await readParameters(slot, operations)
        slot.operation = operation
        return params
      })
    },
    onParse: ({ context: { slot }, setParseFn }) => setParseFn(() => known(slot).document),
    onValidate: ({ context: { slot }, setValidationFn }) => setValidationFn(() => known(slot).errors),
  }
}

// it has been read before
function known({ operation }: ParameterSlot): Operation {
  if (!operation) throw new Error('The request has not been read')
  return operation()
}
