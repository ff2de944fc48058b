import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { countWork } from '../../../bson/work-budget.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { unary, type Maybe } from '../arguments.ts'
import { describe, typeNameOf } from '../describe.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorTable } from '../types.ts'

function toObject(value: Maybe): Maybe {
  if (isNullish(value)) return null
  if (!Array.isArray(value)) {
    throw new CommandError(40386, `$arrayToObject requires an array input, found: ${typeNameOf(value)}`)
  }
  countWork(value.length)
  const document: BsonDocument = new Map()
  const [first] = value
  if (first !== undefined && !isDocument(first) && !Array.isArray(first)) {
    throw new CommandError(40398, `Unrecognised input type format for $arrayToObject: ${typeNameOf(first)}`)
  }
  for (const item of value) {
    const [name, entry] = Array.isArray(first) ? fromPair(item) : fromKeyValue(item)
    if (name.includes('\0')) {
      throw new CommandError(4940400, 'Key field cannot contain an embedded null byte')
    }
    document.set(name, entry)
  }
  return document
}

const CONSISTENT = '$arrayToObject requires a consistent input format. Elements must all be arrays or all be objects.'

function fromPair(item: BsonValue): [string, BsonValue] {
  if (!Array.isArray(item)) {
    throw new CommandError(40396, `${CONSISTENT} Array was detected, now found: ${typeNameOf(item)}`)
  }
  const [name, value] = item
  if (item.length !== 2 || name === undefined || value === undefined) {
    const text = `$arrayToObject requires an array of size 2 arrays,found array of size: ${item.length}`
    throw new CommandError(40397, text)
  }
  if (typeof name === 'string') return [name, value]
  throw new CommandError(
    40395,
    `$arrayToObject requires an array of key-value pairs, where the key must be of type string. Found key type: ${typeNameOf(name)}`,
  )
}

function fromKeyValue(item: BsonValue): [string, BsonValue] {
  if (!isDocument(item)) {
    throw new CommandError(40391, `${CONSISTENT} Object was detected, now found: ${typeNameOf(item)}`)
  }
  if (item.size !== 2) {
    const text = `$arrayToObject requires an object keys of 'k' and 'v'. Found incorrect number of keys:${item.size}`
    throw new CommandError(40392, text)
  }
  const name = item.get('k')
  const value = item.get('v')
  if (name === undefined || value === undefined) {
    const text = `$arrayToObject requires an object with keys 'k' and 'v'. Missing either or both keys from: ${describe(item)}`
    throw new CommandError(40393, text)
  }
  if (typeof name === 'string') return [name, value]
  throw new CommandError(
    40394,
    `$arrayToObject requires an object with keys 'k' and 'v', where the value of 'k' must be of type string. Found type: ${typeNameOf(name)}`,
  )
}

/** Arrays into documents. */
export const ARRAY_TO_OBJECT_OPERATORS: OperatorTable = {
  $arrayToObject: unary(toObject),
}
