/** The numbers from 0 to `count` - 1. */
export const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)
const anyOf = (count: number, make: (i: number) => object) => ({ $or: upTo(count).map(make) })
const listOf = (count: number, make: (i: number) => unknown) => ({ a: { $in: upTo(count).map(make) } })
const exactly = (count: number, make: (i: number) => unknown) => ({ a: upTo(count).map(make) })
const id = (i: number) => ({ $oid: i.toString(16).padStart(24, '0') })

/** Filters close to what one message may hold, by their kinds; all of one kind are different. */
export const LARGE_FILTERS: Readonly<Record<string, (n: number) => object>> = {
  conditions: (n) => anyOf(499, (i) => ({ a: n + i })),
  'conditions on documents': (n) => anyOf(499, (i) => ({ a: { b: n + i } })),
  'conditions on many fields': (n) => Object.fromEntries(upTo(490).map((i) => [`f${i}`, n])),
  'several conditions on a field': (n) => anyOf(160, (i) => ({ a: { $gt: n, $lt: i } })),
  negations: (n) => anyOf(120, (i) => ({ a: { $not: { $not: { $gt: n + i } } } })),
  'conditions on elements': (n) => anyOf(120, (i) => ({ a: { $elemMatch: { b: { $gt: n + i } } } })),
  'lists of conditions on elements': (n) => ({ a: { $all: upTo(245).map((i) => ({ $elemMatch: { b: n + i } })) } }),
  'types and lengths': (n) => anyOf(120, (i) => ({ a: { $type: ['int', 'long'], $size: i }, n })),
  'short lists': (n) => anyOf(249, (i) => ({ a: { $in: [n, i, 'x', null] } })),
  'short lists of all': (n) => anyOf(249, (i) => ({ a: { $all: [n, i, 'x'] } })),
  'long paths': (n) => anyOf(200, (i) => ({ [`${'az.'.repeat(98)}${n}.${i}`]: 1 })),
  'lists of numbers': (n) => listOf(8_000, (i) => n + i),
  'lists of texts': (n) => listOf(5_000, (i) => `s${n + i}`),
  'lists of ids': (n) => listOf(1_500, (i) => id(n + i)),
  'lists of documents': (n) => listOf(4_000, (i) => ({ a: n + i })),
  'lists of lists': (n) => listOf(6_000, (i) => [n + i]),
  'empty documents': (n) => exactly(15_000, (i) => (i === 0 ? n : {})),
  'empty lists': (n) => exactly(15_000, (i) => (i === 0 ? n : [])),
  nulls: (n) => exactly(10_000, (i) => (i === 0 ? n : null)),
  numbers: (n) => exactly(10_000, (i) => n + i),
  decimals: (n) => exactly(1_500, (i) => ({ $numberDecimal: `${i}.${n}3` })),
  dates: (n) => exactly(1_500, (i) => ({ $date: { $numberLong: `${n + i}` } })),
  timestamps: (n) => exactly(1_000, (i) => ({ $timestamp: { t: n, i } })),
  binaries: (n) => exactly(1_000, (i) => ({ $binary: { base64: btoa(`b${n + i}`), subType: '00' } })),
  'many fields': (n) => ({ a: Object.fromEntries(upTo(5_000).map((i) => [`k${i}`, n])) }),
  'deep documents': (n) => exactly(60, () => upTo(150).reduce<unknown>((inner) => ({ a: inner }), n)),
  'long texts': (n) => ({ a: `${'x'.repeat(60_000)}${n}` }),
}
