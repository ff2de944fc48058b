import type { CodegenConfig } from '@graphql-codegen/cli'
import { ALL_FIELDS } from './src/client/query/change-fields.ts'
import { toChangesQuery } from './src/client/query/changes-query.ts'

const scalars = {
  EJSON: { input: 'unknown', output: 'unknown' },
  ResumeToken: { input: 'string', output: 'string' },
  Timestamp: { input: 'unknown', output: 'unknown' },
  DateTime: { input: 'string', output: 'string' },
  Long: { input: 'string', output: 'string' },
}

/** Types generated from `schema/`, committed, and checked for freshness by `npm run check`. */
const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  config: { scalars, useTypeImports: true, enumsAsTypes: true, strictScalars: true, avoidOptionals: { field: true } },
  generates: {
    'src/relay/graphql/schema/schema.generated.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        contextType: '../context.ts#GraphQLContext',
        mappers: { Change: './change-model.ts#ChangeModel', ChangesPage: '../changes-page.ts#ChangesPageModel' },
      },
    },
    'src/client/query/operations.generated.ts': {
      documents: toChangesQuery(ALL_FIELDS),
      // types alone: the client depends on graphql-ws and nothing else
      plugins: ['typescript-operations'],
    },
    'web/operations.generated.ts': {
      documents: 'web/*.graphql',
      plugins: ['typescript-operations', 'typed-document-node'],
      // strings, so that the page's bundle needs no GraphQL printer
      config: { documentMode: 'string' },
    },
    'test/operations.generated.ts': {
      documents: 'test/*.graphql',
      plugins: ['typescript-operations', 'typed-document-node'],
    },
  },
}

export default config
