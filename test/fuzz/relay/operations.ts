import { HOSTILE_DB } from './database.ts'
import type { Random } from '../../support/random/random.ts'
import { doubling, everyToEvery, toDocument } from '../../support/fragment-graph.ts'
import { hostileToken, hostileValue } from './json.ts'

/** What a client sends to have something executed. */
export interface HostileOperation {
  readonly query: unknown
  readonly variables?: unknown
  readonly operationName?: unknown
  readonly extensions?: unknown
}

const FIELDS = [
  'json',
  'operationType',
  'resumeToken',
  'fullDocument',
  'ns { db coll }',
  'updateDescription { truncatedArrays { field } }',
  '__typename',
  'nothing',
  'ns',
  'json { a }',
]

const ARGUMENTS = 'changes($VARS)'

const repeat = (text: string, count: number) => Array<string>(count).fill(text).join(' ')

/** An operation with something wrong in it: its document, its arguments, or both; sometimes nothing. */
export function hostileOperation(random: Random): HostileOperation {
  return random.oneIn(2) ? withArguments(random) : { query: hostileDocument(random), ...extras(random) }
}

function extras(random: Random): Partial<HostileOperation> {
  return {
    ...(random.oneIn(4) ? { variables: hostileValue(random) } : {}),
    ...(random.oneIn(8) ? { operationName: random.pick<unknown>(['', 'A', 'B', '__proto__', 5, null]) } : {}),
    ...(random.oneIn(16) ? { extensions: hostileValue(random) } : {}),
  }
}

/** Arguments of every kind, as variables. */
function withArguments(random: Random): HostileOperation {
  if (random.oneIn(4)) return mutation(random)
  const given: Record<string, unknown> = {}
  const types: Record<string, string> = {
    db: 'String',
    coll: 'String',
    operationTypes: '[String!]',
    where: 'EJSON',
    fullDocument: 'FullDocument!',
    fullDocumentBeforeChange: 'FullDocumentBeforeChange!',
    startAfter: 'ResumeToken',
    startAtOperationTime: 'Timestamp',
    last: 'Int',
    format: 'EJSONFormat!',
    announceStart: 'Boolean!',
    announcePositions: 'Boolean!',
  }
  given['db'] = random.pick<unknown>([
    HOSTILE_DB,
    HOSTILE_DB,
    'other',
    '',
    'a.b',
    '$a',
    'x'.repeat(70),
    'admin',
    '\u0000',
    5,
  ])
  given['coll'] = random.pick<unknown>(['c', 'witness', '', '$cmd', 'system.x', 'a..b', 'x'.repeat(300), null])
  if (random.oneIn(2)) given['where'] = hostileValue(random)
  if (random.oneIn(4)) given['where'] = JSON.stringify(hostileValue(random)).slice(0, random.pick([3, 1e6]))
  if (random.oneIn(3)) given['startAfter'] = hostileToken(random)
  if (random.oneIn(6))
    given['startAtOperationTime'] = random.pick<unknown>([
      { $timestamp: { t: 1, i: 1 } },
      { t: 2 ** 32, i: 0 },
      { t: -1 },
      hostileValue(random),
    ])
  if (random.oneIn(6))
    given['operationTypes'] = random.pick<unknown>([
      [],
      ['insert'],
      ['x'.repeat(65)],
      Array(65).fill('a'),
      [null],
      hostileValue(random),
    ])
  if (random.oneIn(6)) given['last'] = random.pick<unknown>([0, 100, 101, -1, 2 ** 31, 1.5, '1'])
  if (random.oneIn(6)) given['format'] = random.pick<unknown>(['RELAXED', 'CANONICAL', 'X', 1])
  if (random.oneIn(6))
    given['fullDocument'] = random.pick<unknown>(['REQUIRED', 'UPDATE_LOOKUP', 'WHEN_AVAILABLE', '__proto__'])
  if (random.oneIn(6)) given['announceStart'] = true
  if (random.oneIn(6)) given['announcePositions'] = true
  const names = Object.keys(given)
  const definitions = names.map((name) => `$${name}: ${types[name]}`).join(' ')
  const uses = names.map((name) => `${name}: $${name}`).join(' ')
  return {
    query: `subscription (${definitions}) { ${ARGUMENTS.replace('$VARS', uses)} { operationType json } }`,
    variables: given,
  }
}

function mutation(random: Random): HostileOperation {
  const [query, names] = random.pick<[string, string[]]>([
    [`mutation ($a: EJSON!) { insertOne(db: "${HOSTILE_DB}", coll: "c", document: $a) }`, ['a']],
    [
      `mutation ($a: EJSON!, $b: EJSON!) { updateOne(db: "${HOSTILE_DB}", coll: "c", filter: $a, update: $b) }`,
      ['a', 'b'],
    ],
    [`mutation ($a: EJSON!) { deleteOne(db: "${HOSTILE_DB}", coll: "c", filter: $a) }`, ['a']],
    ['query ($a: String) { namespaces(db: $a) { db coll } }', ['a']],
  ])
  return { query, variables: Object.fromEntries(names.map((name) => [name, hostileValue(random)])) }
}

/** Fragments that spread each other, in circles or not, by many paths, or nowhere. */
function hostileFragments(random: Random): string {
  const count = random.pick([1, 4, 12, 25, 90])
  const anyOf = () => random.several(4, () => random.below(count + (random.oneIn(9) ? 1 : 0)))
  const spreads = random.pick([
    () => everyToEvery(Math.min(count, 25)),
    () => doubling(count),
    () => Array.from({ length: count }, anyOf),
    // to later ones only: no circles
    () => Array.from({ length: count }, (_, n) => anyOf().filter((to) => to > n)),
  ])()
  return toDocument({
    spreads,
    selection: random.pick([
      '',
      '__typename',
      'json',
      'a: json b: json',
      '__typename @skip(if: false)',
      '... { json }',
    ]),
    entries: random.oneIn(3) ? spreads.map((_, n) => n) : anyOf(),
    operations: random.pick([0, 1, 1, 1, 5]),
    type: random.pick(['Query', 'Change', 'Change', '__Schema'] as const),
  })
}

/** A document: deep, wide, full of aliases, fragments, cycles, directives, long literals, or cut off. */
export function hostileDocument(random: Random): unknown {
  const count = random.pick([1, 3, 30, 60, 200, 700])
  const field = random.pick(FIELDS)
  const inChanges = (selection: string) => `subscription { changes(db: "${HOSTILE_DB}", coll: "c") { ${selection} } }`
  switch (random.below(20)) {
    case 0:
      return '{ a '.repeat(count) + '}'.repeat(random.oneIn(3) ? count - 1 : count)
    case 1:
      return inChanges(repeat(field, count))
    case 2:
      return inChanges(Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(' '))
    case 3:
      return `${inChanges('...F0')} ${Array.from({ length: count }, (_, n) => `fragment F${n} on Change { ...F${n + 1} ...F${n + 1} }`).join(' ')} fragment F${count} on Change { json }`
    case 4:
      return `${inChanges('...A')} fragment A on Change { ...B } fragment B on Change { ...A ${field} }`
    case 5:
      return inChanges(`json ${repeat('@skip(if: false)', count)}`)
    case 6:
      return inChanges(`json ${repeat('@unknown(a: 1)', count)}`)
    case 7:
      return `subscription { changes(where: "${'x'.repeat(count * 80)}") { json } }`
    case 8:
      return `subscription { changes(where: ${'['.repeat(count)}1${']'.repeat(count)}) { json } }`
    case 9:
      return `subscription { changes(where: {a: ${'9'.repeat(count)}, b: ${'9'.repeat(count)}e${count}}) { json } }`
    case 10:
      return `{ __schema { types { ${'fields { type { ofType { fields { name } } } }'.repeat(Math.min(count, 50))} } } }`
    case 11:
      return `query A { relay { version } } ${repeat('query B { relay { version } }', Math.min(count, 50))}`
    case 12:
      return inChanges(field).slice(0, random.below(60))
    case 13:
      return random.bytes(random.below(200)).toString('latin1')
    case 14:
      return random.pick<unknown>([
        '',
        ' ',
        '#',
        '\ufeff{ relay { version } }',
        '{ relay { version } }',
        'subscription { __typename }',
        'subscription { a: changes { json } b: changes { json } }',
        '{ relay { ...on Relay { version @include(if: $x) } } }',
        'subscription ($x: Boolean!) { changes @skip(if: $x) { json } }',
        'subscription { changes @skip(if: true) { json } }',
        `mutation { a: insertOne(db: "${HOSTILE_DB}", coll: "c", document: {a: 1}) }`,
        'type A { a: Int }',
        '"""',
        '{ relay(a: "\\ud800") { version } }',
        hostileValue(random),
      ])
    case 15:
    case 16:
      return hostileFragments(random)
    case 17:
      return `query (${Array.from({ length: count }, (_, n) => `$v${n}: Int`).join(' ')}) { relay { version } }`
    case 18:
      return `{ __schema { ${repeat(random.pick(['queryType { kind }', 'types { name }']), count)} } }${'\n'.repeat(count * 20)}`
    default:
      return inChanges(field)
  }
}
