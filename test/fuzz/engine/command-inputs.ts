import { Binary, doc, Int32, Long, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'
import { COMMANDS } from '../../../src/engine/dispatch/table.ts'
import { filter, projection, sort } from './filters.ts'
import { changeStreamOptions, pipeline } from './pipelines.ts'
import type { Random } from '../../support/random/random.ts'
import { fieldName } from '../../support/random/names.ts'
import { count } from '../../support/random/scalars.ts'
import { document, nested, value } from '../../support/random/values.ts'
import { arrayFilters, update } from './updates.ts'

type CommandMaker = (random: Random) => Readonly<Record<string, BsonValue | undefined>>

const maybe = <T>(random: Random, make: (random: Random) => T): T | undefined =>
  random.oneIn(2) ? make(random) : undefined
const flag = (random: Random): boolean => random.oneIn(2)
const coll = (random: Random): string => random.pick(['c', 'c', 'c', 'c', 'c', 'c', 'd', 'none'])
const wrapped =
  (inner: CommandMaker): CommandMaker =>
  (random) => ({ explain: doc(inner(random)), verbosity: 'executionStats' })

const find: CommandMaker = (random) => ({
  find: coll(random),
  filter: filter(random),
  sort: maybe(random, sort),
  projection: maybe(random, projection),
  skip: maybe(random, count),
  limit: maybe(random, count),
  batchSize: maybe(random, count),
  singleBatch: maybe(random, flag),
  let: maybe(random, document),
})

const aggregate: CommandMaker = (random) => ({
  aggregate: random.oneIn(8) ? new Int32(1) : coll(random),
  pipeline: pipeline(random),
  cursor: random.oneIn(3) ? doc({ batchSize: count(random) }) : doc({}),
  let: maybe(random, document),
  explain: random.oneIn(12) ? true : undefined,
})

const changeStream: CommandMaker = (random) => ({
  aggregate: random.oneIn(3) ? new Int32(1) : coll(random),
  pipeline: [doc({ $changeStream: changeStreamOptions(random) }), ...pipeline(random, 0)],
  cursor: doc({}),
})

const collectionOptions: CommandMaker = (random) => ({
  capped: random.oneIn(4) ? true : undefined,
  size: random.oneIn(4) ? count(random) : undefined,
  max: random.oneIn(4) ? count(random) : undefined,
  validator: maybe(random, filter),
  validationLevel: random.oneIn(3) ? random.pick(['strict', 'off', 'nope']) : undefined,
  changeStreamPreAndPostImages: random.oneIn(3) ? doc({ enabled: flag(random) }) : undefined,
})

/** What the field of an index may say, and what it may not. */
const INDEX_KINDS: readonly BsonValue[] = ['text', '2dsphere', '2d', 'hashed', 'geoHaystack', '', new Int32(0)]

/** An index of any kind, right or wrong. */
function indexDefinition(random: Random): BsonDocument {
  const name = random.oneIn(8) ? random.pick(['$**', 'sub.$**', '_fts', '_id']) : fieldName(random)
  const kind = random.oneIn(3) ? random.pick(INDEX_KINDS) : new Int32(1)
  const key = random.oneIn(3) ? sort(random) : doc({ [name]: kind })
  if (random.oneIn(5)) key.set(fieldName(random), random.pick(INDEX_KINDS))
  return doc({
    key,
    name: random.pick(['i', 'j', '', '*', '_id_']),
    unique: maybe(random, flag),
    sparse: maybe(random, flag),
    partialFilterExpression: random.oneIn(3) ? filter(random) : undefined,
    expireAfterSeconds: random.oneIn(4) ? count(random) : undefined,
    hidden: random.oneIn(6) ? flag(random) : undefined,
    collation: random.oneIn(6)
      ? doc({ locale: random.pick(['simple', 'en', 'xx']), strength: count(random) })
      : undefined,
    weights: random.oneIn(8) ? doc({ [name]: count(random) }) : undefined,
    wildcardProjection: random.oneIn(8) ? projection(random) : undefined,
    '2dsphereIndexVersion': random.oneIn(12) ? count(random) : undefined,
  })
}

/** What `collMod` changes of an index. */
function indexChange(random: Random): BsonDocument {
  return doc({
    name: random.pick(['i', 'j', '_id_']),
    hidden: maybe(random, flag),
    expireAfterSeconds: maybe(random, count),
    unique: random.oneIn(6) ? flag(random) : undefined,
  })
}

/** How commands are made that need more than their name to mean something. */
const MAKERS: Readonly<Record<string, CommandMaker>> = {
  find,
  aggregate: (random) => (random.oneIn(5) ? changeStream(random) : aggregate(random)),
  insert: (random) => ({
    insert: coll(random),
    documents: random.several(3, () => document(random)),
    ordered: flag(random),
  }),
  update: (random) => ({
    update: coll(random),
    updates: [
      doc({
        q: filter(random),
        u: update(random),
        multi: maybe(random, flag),
        upsert: maybe(random, flag),
        arrayFilters: maybe(random, arrayFilters),
      }),
    ],
    let: maybe(random, document),
  }),
  delete: (random) => ({
    delete: coll(random),
    deletes: [doc({ q: filter(random), limit: new Int32(random.below(2)) })],
  }),
  findAndModify: (random) => ({
    findAndModify: coll(random),
    query: filter(random),
    sort: maybe(random, sort),
    remove: random.oneIn(6) ? true : undefined,
    update: random.oneIn(8) ? undefined : update(random),
    new: maybe(random, flag),
    fields: maybe(random, projection),
    upsert: maybe(random, flag),
    arrayFilters: maybe(random, arrayFilters),
  }),
  count: (random) => ({
    count: coll(random),
    query: filter(random),
    skip: maybe(random, count),
    limit: maybe(random, count),
  }),
  distinct: (random) => ({ distinct: coll(random), key: fieldName(random), query: maybe(random, filter) }),
  explain: (random) => wrapped(random.pick([find, aggregate]))(random),
  getMore: (random) => ({
    getMore: new Long(random.uint32()),
    collection: coll(random),
    batchSize: maybe(random, count),
  }),
  killCursors: (random) => ({ killCursors: coll(random), cursors: [new Long(random.uint32())] }),
  create: (random) => ({ create: random.pick(['new', 'c', '', 'a$b', '.x']), ...collectionOptions(random) }),
  collMod: (random) => ({
    collMod: coll(random),
    ...(random.oneIn(3) ? { index: indexChange(random) } : collectionOptions(random)),
  }),
  createIndexes: (random) => ({ createIndexes: coll(random), indexes: [indexDefinition(random)] }),
  dropIndexes: (random) => ({
    dropIndexes: coll(random),
    index: random.pick<BsonValue>(['i', '*', '_id_', doc({ n: new Int32(1) })]),
  }),
  renameCollection: (random) => ({
    renameCollection: `fuzz.${coll(random)}`,
    to: random.pick(['fuzz.e', 'other.e', 'fuzz', '', 'fuzz.']),
    dropTarget: maybe(random, flag),
  }),
  listCollections: (random) => ({ listCollections: new Int32(1), filter: maybe(random, filter), cursor: doc({}) }),
  listDatabases: (random) => ({ listDatabases: new Int32(1), filter: maybe(random, filter) }),
  endSessions: (random) => ({ endSessions: [lsid(random), value(random, 0)] }),
}

/** Fail points would make the commands that follow fail; they are tried by themselves. */
const NAMES: readonly string[] = [...COMMANDS.keys()].filter((name) => name !== 'configureFailPoint')
/** These are most of the surface. */
const DEEP = ['find', 'aggregate', 'update', 'findAndModify', 'insert', 'delete', 'createIndexes', 'count', 'distinct']

function lsid(random: Random): BsonDocument {
  return doc({ id: new Binary(Buffer.alloc(16, random.below(3)), Binary.SUBTYPE_UUID) })
}

const SESSION: CommandMaker = (random) => ({
  lsid: lsid(random),
  txnNumber: maybe(random, () => new Long(random.below(4))),
  autocommit: random.oneIn(3) ? false : undefined,
  startTransaction: random.oneIn(3) ? true : undefined,
  stmtId: random.oneIn(4) ? count(random) : undefined,
})

/** One generated command, with `$db`: well formed or with wrong fields and values of every type. */
export function generatedCommand(random: Random): BsonDocument {
  const name = random.pick(random.oneIn(3) ? NAMES : DEEP)
  const body = doc(
    MAKERS[COMMANDS.get(name)?.name ?? name]?.(random) ?? { [name]: random.oneIn(2) ? coll(random) : new Int32(1) },
  )
  if (random.oneIn(12)) for (const [field, each] of doc(SESSION(random))) body.set(field, each)
  for (let changes = random.oneIn(5) ? random.between(1, 2) : 0; changes > 0; changes--) spoil(body, random)
  const adminOnly = COMMANDS.get(name)?.adminOnly === true && !random.oneIn(6)
  body.set('$db', adminOnly ? 'admin' : random.oneIn(40) ? random.pick(['', 'a.b', '$x']) : 'fuzz')
  return body
}

/** Gives a field another value, adds one that is not known or one that every command takes. */
function spoil(body: BsonDocument, random: Random): void {
  const known = [...(COMMANDS.get([...body.keys()][0] ?? '')?.fields?.keys() ?? [])]
  const name = random.pick([
    ...body.keys(),
    ...known,
    'comment',
    'readConcern',
    'writeConcern',
    'maxTimeMS',
    'hint',
    fieldName(random),
  ])
  body.set(name, random.oneIn(12) ? nested(random, random.pick([20, 90, 101, 150, 190])) : value(random))
}
