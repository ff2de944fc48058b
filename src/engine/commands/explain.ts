import { doc, Int32, isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { compilePipeline } from '../aggregate/pipeline.ts'
import { CommandError } from '../../bson/command-error.ts'
import { membership } from '../query/planning.ts'
import { planFor } from '../storage/candidates.ts'
import { toQuery } from '../writes/match.ts'
import { pipelineContext } from '../reading/source.ts'
import { commandFields, type Command, type CommandContext, type Reply } from '../request/command.ts'
import { reply } from '../request/reply.ts'
import { SERVER_VERSION } from '../topology.ts'

/** Says how a find, an aggregation and the like would find its documents. */
export const explain: Command = {
  name: 'explain',
  fields: commandFields({ string: ['verbosity'] }),
  run(context) {
    const { params } = context
    const inner = params.required('explain', params.document('explain'))
    const [name, target] = [...inner][0] ?? ['', null]
    if (typeof target !== 'string') throw new CommandError('BadValue', 'explain needs a command on a collection')
    const filter = filterOf(name, inner)
    return explainFilter(context, target, filter, params.string('verbosity') ?? 'allPlansExecution')
  },
}

function filterOf(name: string, inner: BsonDocument): BsonDocument {
  const first = (list: BsonValue | undefined): BsonValue | undefined => (Array.isArray(list) ? list[0] : undefined)
  const operand = (value: BsonValue | undefined, field: string): BsonValue | undefined =>
    isDocument(value) ? value.get(field) : undefined
  const candidates: Record<string, BsonValue | undefined> = {
    find: inner.get('filter'),
    count: inner.get('query'),
    distinct: inner.get('query'),
    findAndModify: inner.get('query'),
    aggregate: operand(first(inner.get('pipeline')), '$match'),
    update: operand(first(inner.get('updates')), 'q'),
    delete: operand(first(inner.get('deletes')), 'q'),
  }
  if (!(name in candidates))
    throw new CommandError('CommandNotSupported', `explain of '${name}' is not supported by the embedded engine`)
  const filter = candidates[name]
  return isDocument(filter) ? filter : doc({})
}

function explainFilter(
  { server, db, view }: CommandContext,
  coll: string,
  filter: BsonDocument,
  verbosity: string,
): Reply {
  const query = toQuery(filter)
  const collection = server.store.find(db, coll)
  const winningPlan = collection ? stageOf(planFor(collection, membership(filter), view)) : doc({ stage: 'EOF' })
  const returned = collection ? [...query.find(collection, view)].length : 0
  return reply({
    explainVersion: '1',
    queryPlanner: doc({ namespace: `${db}.${coll}`, parsedQuery: filter, winningPlan, rejectedPlans: [] }),
    ...(verbosity === 'queryPlanner'
      ? {}
      : { executionStats: doc({ executionSuccess: true, nReturned: new Int32(returned) }) }),
    serverInfo: doc({ host: server.topology.address, version: SERVER_VERSION, gitVersion: 'tailrace embedded engine' }),
  })
}

function stageOf(plan: ReturnType<typeof planFor>): BsonDocument {
  if (plan.kind === 'scan') return doc({ stage: 'COLLSCAN', direction: 'forward' })
  if (plan.kind === 'id') return doc({ stage: 'IDHACK' })
  const { name, key } = plan.index.spec
  return doc({ stage: 'FETCH', inputStage: doc({ stage: 'IXSCAN', indexName: name, keyPattern: key }) })
}

/** The answer to an aggregate with `explain: true`: its stages are checked, but not run. */
export function explainAggregate(
  context: CommandContext,
  coll: string | undefined,
  stages: readonly BsonValue[],
): Reply {
  compilePipeline(stages, pipelineContext(context, coll))
  const [first] = stages
  const match = isDocument(first) ? first.get('$match') : undefined
  return explainFilter(context, coll ?? '$cmd.aggregate', isDocument(match) ? match : doc({}), 'queryPlanner')
}
