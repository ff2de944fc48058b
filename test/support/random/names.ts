import type { Random } from './random.ts'

/** Makes names of fields. */
export type ToName = (random: Random) => string

/** Names that the documents of the fuzzers have. */
const NAMES = ['_id', 'a', 'b', 'n', 's', 'arr', 'sub', 'sub.x', 'arr.0', 'arr.x', 'd', 'mixed', 'q']

/** Names that are special to the server, to JavaScript or to JSON. */
export const ODD_NAMES = [
  '',
  '.',
  'a.',
  '.a',
  'a..b',
  '$a',
  '$',
  '$$x',
  '$ref',
  '$id',
  'sub.$a',
  'sub.$id',
  'arr.$',
  'arr.$[]',
  'arr.$[e]',
  'arr.$[e].x',
  'arr.1499999',
  'arr.99999999999',
  'arr.-1',
  'arr.00',
  '__proto__',
  '__proto__.polluted',
  'constructor',
  'constructor.prototype.polluted',
  'prototype',
  'toString',
  'toJSON',
  'hasOwnProperty',
  'sub.__proto__.polluted',
  'a.b.c.d.e.f.g.h',
  '_bsontype',
  'length',
  '10',
  '1',
  '0',
  '-1',
  '"\\',
  'é',
  '\u{1f600}',
  '\u2028',
]

/** The name or path of a field: mostly one that the data of the fuzzers has. */
export function fieldName(random: Random): string {
  if (random.oneIn(30)) return positions(random)
  return random.pick(random.oneIn(12) ? ODD_NAMES : NAMES)
}

/** Names of this list alone. */
export function oneOf(names: readonly string[]): ToName {
  return (random) => random.pick(names)
}

/** A path of positions, as deep as documents of positions are or deeper. */
function positions(random: Random): string {
  const parts = Array.from({ length: random.between(1, 60) }, () =>
    random.oneIn(12) ? random.pick(['1', 'a', '']) : '0',
  )
  return [random.pick(['arr', 'a', 'sub']), ...parts].join('.')
}
