import { GraphQLScalarType, Kind, type ValueNode } from 'graphql'
import { JsonNumber } from '../../../bson/ejson/json.ts'

/** JSON values in and out as they are; what they mean is checked where they are used, so that errors have one code. */
function anyJson(name: string): GraphQLScalarType {
  return new GraphQLScalarType({ name, parseValue: (value) => value, parseLiteral: fromLiteral })
}

/** The schema's own scalars. Output is made by the resolvers already. */
export const scalars = {
  EJSON: anyJson('EJSON'),
  Timestamp: anyJson('Timestamp'),
  ResumeToken: anyJson('ResumeToken'),
  DateTime: anyJson('DateTime'),
  Long: anyJson('Long'),
}

// the parser's token limit bounds the recursion
function fromLiteral(node: ValueNode, variables?: Readonly<Record<string, unknown>> | null): unknown {
  switch (node.kind) {
    case Kind.NULL:
      return null
    case Kind.STRING:
    case Kind.ENUM:
    case Kind.BOOLEAN:
      return node.value
    case Kind.INT:
    case Kind.FLOAT:
      return new JsonNumber(node.value)
    case Kind.LIST:
      return node.values.map((value) => fromLiteral(value, variables))
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, fromLiteral(value, variables)]))
    case Kind.VARIABLE:
      // unknown while the document is only validated
      return variables?.[node.name.value]
  }
}
