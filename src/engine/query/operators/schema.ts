import { CommandError } from '../../errors.ts'
import type { TopLevelOperator } from '../context.ts'

/** `$jsonSchema`. */
export const SCHEMA_OPERATORS: Readonly<Record<string, TopLevelOperator>> = {
  $jsonSchema: () => {
    throw new CommandError('NotSupported', '$jsonSchema is not supported yet')
  },
}
