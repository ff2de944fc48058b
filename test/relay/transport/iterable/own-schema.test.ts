import * as graphql from 'graphql'
import { afterEach, describe, expect, it } from 'vitest'
import { type Changes, createChanges } from '../../../../src/relay/create-changes.ts'
import { useDeployment } from '../../../support/use-deployment.ts'

/** Another copy of the library, as a project has that depends on another version. */
const PATH: string = 'graphql/index.mjs'
// what it exports is the same
const other = (await import(PATH)) as typeof graphql

const OWN = 'type Query { hello: String }'

/** Puts resolvers into a schema, as libraries of others do. */
function schemaOf({ buildSchema }: typeof graphql, { typeDefs, resolvers }: Changes<object>): graphql.GraphQLSchema {
  const schema = buildSchema(`${OWN}\n${typeDefs}`)
  for (const [name, parts] of Object.entries(resolvers)) {
    const type = schema.getType(name)
    if (type && 'getFields' in type) {
      const fields = (type as graphql.GraphQLObjectType).getFields()
      for (const [field, part] of Object.entries(parts)) {
        Object.assign(fields[field] ?? {}, typeof part === 'function' ? { resolve: part as unknown } : part)
      }
    } else Object.assign(type ?? {}, parts)
  }
  return schema
}

describe('resolvers for a schema of one’s own', () => {
  const at = useDeployment()
  let changes: Changes<object> | undefined
  afterEach(() => changes?.stop())

  it.each([
    ['the relay’s own', graphql],
    ['another', other],
  ])('work with %s copy of `graphql`', async (_name, copy) => {
    expect(other.GraphQLSchema).not.toBe(graphql.GraphQLSchema)
    changes = createChanges({ client: at.client, allowAnonymous: true })
    const schema = schemaOf(copy, changes)
    expect(copy.validateSchema(schema)).toEqual([])
    const subscribe = (args: string, variableValues: Record<string, unknown> = {}) => {
      const declared = Object.keys(variableValues).map((name) => `$${name}: EJSON`)
      const text = `subscription ${declared.length > 0 ? `(${declared.join()})` : ''} {
        seen: changes(db: "${at.db}", coll: "c", ${args}) {
          operationType ...Rest @include(if: true) clusterTime updateDescription { updatedFields }
        }
      }
      fragment Rest on Change { collectionUUID fullDocument }`
      const document = copy.parse(text)
      expect(copy.validate(schema, document)).toEqual([])
      return copy.subscribe({ schema, document, variableValues })
    }
    const refused = await subscribe('where: "{$where: 1}"')
    expect(JSON.parse(JSON.stringify(refused))).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })

    const { t, i } = await at.operationTime()
    const where = { $or: [{ 'fullDocument._id': { $numberLong: '1' } }, { operationType: 'update' }] }
    const results = await subscribe(`where: $where, startAtOperationTime: {t: ${t}, i: ${i + 1}}`, { where })
    if (!(Symbol.asyncIterator in results)) throw new Error(JSON.stringify(results))
    const collection = at.client.db(at.db).collection<{ _id: number }>('c')
    await collection.insertMany([{ _id: 1 }, { _id: 2 }])
    await collection.updateOne({ _id: 1 }, { $set: { a: 1 } })
    const next = async () => {
      const { value } = (await results.next()) as { readonly value: unknown }
      return JSON.parse(JSON.stringify(value)) as unknown
    }
    expect(await next()).toEqual({
      data: {
        seen: {
          operationType: 'insert',
          // a field that `showExpandedEvents` fills in
          collectionUUID: { $binary: { base64: expect.any(String) as unknown, subType: '04' } },
          fullDocument: { _id: 1 },
          clusterTime: { $timestamp: { t: expect.any(Number) as unknown, i: expect.any(Number) as unknown } },
          updateDescription: null,
        },
      },
    })
    expect(await next()).toMatchObject({ data: { seen: { updateDescription: { updatedFields: { a: 1 } } } } })
    await changes.stop()
    expect(await next()).toMatchObject({ data: null, errors: [{ extensions: { code: 'SHUTTING_DOWN' } }] })
    expect(await results.next()).toEqual({ done: true, value: undefined })
  })
})
