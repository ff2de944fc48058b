import { describe, expect, it } from 'vitest'
import { titled } from '../expressions/evaluate.ts'
import { expectPipelineError, run, type Plain } from './run.ts'

const SALES: Plain[] = [
  { _id: 1, k: 'a', t: 1, v: 10 },
  { _id: 2, k: 'b', t: 1, v: 5 },
  { _id: 3, k: 'a', t: 3, v: 30 },
  { _id: 4, k: 'a', t: 2, v: 10 },
  { _id: 5, k: 'b', t: 4, v: 7 },
]
const day = (n: number): Date => new Date(Date.UTC(2024, 0, n))

function windows(output: Plain, sortBy: Plain | undefined = { t: 1 }): Plain[] {
  const spec = { partitionBy: '$k', ...(sortBy ? { sortBy } : {}), output }
  return [{ $setWindowFields: spec }, { $project: { x: 1 } }]
}
const xs = (...values: string[]): string[] => [1, 4, 3, 2, 5].map((id, i) => `{_id: ${id}, x: ${values[i]}}`)

const ROWS: (readonly [Plain[], string[]])[] = [
  [windows({ x: { $sum: '$v', window: { documents: ['unbounded', 'current'] } } }), xs('10', '20', '50', '5', '12')],
  [windows({ x: { $sum: '$v' } }), xs('50', '50', '50', '12', '12')],
  [windows({ x: { $avg: '$v', window: { documents: [-1, 0] } } }), xs('10.0', '10.0', '20.0', '5.0', '6.0')],
  [windows({ x: { $max: '$v', window: { documents: [1, 'unbounded'] } } }), xs('30', '30', 'null', '7', 'null')],
  [windows({ x: { $push: '$_id', window: { documents: [-9, -1] } } }), xs('[]', '[1]', '[1, 4]', '[]', '[2]')],
  [windows({ x: { $sum: '$v', window: { range: [-1, 0] } } }), xs('10', '20', '40', '5', '7')],
  [windows({ x: { $count: {}, window: { range: ['current', 'unbounded'] } } }), xs('3', '2', '1', '2', '1')],
  [windows({ x: { $documentNumber: {} } }), xs('1', '2', '3', '1', '2')],
  [windows({ x: { $shift: { output: '$v', by: -1, default: 'none' } } }), xs('"none"', '10', '10', '"none"', '5')],
  [windows({ x: { $shift: { output: '$v', by: 1 } } }), xs('10', '30', 'null', '7', 'null')],
  [
    windows({ x: { $derivative: { input: '$v' }, window: { documents: [-1, 0] } } }),
    xs('null', '0.0', '20.0', 'null', String(2 / 3)),
  ],
  [
    windows({ x: { $integral: { input: '$v' }, window: { documents: ['unbounded', 'current'] } } }),
    xs('0.0', '10.0', '30.0', '0.0', '18.0'),
  ],
  [windows({ x: { $expMovingAvg: { input: '$v', N: 1 } } }), xs('10.0', '10.0', '30.0', '5.0', '7.0')],
  [
    windows({ x: { $covariancePop: ['$t', '$v'] } }),
    xs(...Array.from({ length: 3 }, () => String(20 / 3)), '1.5', '1.5'),
  ],
]

describe('$setWindowFields', () => {
  it.each(titled(ROWS))('%s', (_, [stages, result]) => {
    expect(run(stages, SALES)).toEqual(result)
  })

  it('ranks rows, ties alike', () => {
    const output = { r: { $rank: {} }, d: { $denseRank: {} } }
    const input = [{ v: 3 }, { v: 1 }, { v: 3 }, { v: 2 }]
    expect(run([{ $setWindowFields: { sortBy: { v: -1 }, output } }], input)).toEqual([
      '{v: 3, r: 1, d: 1}',
      '{v: 3, r: 1, d: 1}',
      '{v: 2, r: 3, d: 2}',
      '{v: 1, r: 4, d: 3}',
    ])
  })

  it('gives partitions in the order of their values', () => {
    const input = [{ k: 'b' }, { k: 2 }, {}, { k: 'a' }]
    const stages = [{ $setWindowFields: { partitionBy: '$k', output: { n: { $count: {} } } } }]
    expect(run(stages, input)).toEqual(['{n: 1}', '{k: 2, n: 1}', '{k: "a", n: 1}', '{k: "b", n: 1}'])
  })

  it('takes ranges of time', () => {
    const input = [1, 2, 4].map((n) => ({ t: day(n), v: n }))
    const output = { s: { $sum: '$v', window: { range: [-1, 0], unit: 'day' } } }
    const stages = [{ $setWindowFields: { sortBy: { t: 1 }, output } }, { $project: { s: 1, _id: 0 } }]
    expect(run(stages, input)).toEqual(['{s: 1}', '{s: 3}', '{s: 4}'])
  })

  const errors: (readonly [unknown[], number, RegExp])[] = [
    [[{ $setWindowFields: 1 }], 9, /must be an object/],
    [[{ $setWindowFields: { output: {}, x: 1 } }], 40415, /unknown field/],
    [[{ $setWindowFields: {} }], 40414, /output/],
    [windows({ x: { $nope: 1 } }), 9, /Unrecognized window function, \$nope/],
    [windows({ x: { $rank: {} } }, { t: 1, v: 1 }), 5371602, /exactly one element/],
    [windows({ x: { $rank: 1 } }), 5371603, /specified with '\{\}'/],
    [windows({ x: { $rank: {}, window: {} } }), 5371601, /does not accept a 'window'/],
    [windows({ x: { $sum: 1, window: { documents: [1] } } }), 9, /2-element array/],
    [windows({ x: { $sum: 1, window: { documents: [1, 0] } } }), 5339900, /must not exceed/],
    [windows({ x: { $sum: 1, window: { documents: ['x', 0] } } }), 9, /Window bounds must be/],
    [
      [{ $setWindowFields: { output: { x: { $sum: 1, window: { documents: [0, 1] } } } } }],
      5339901,
      /require a sortBy/,
    ],
    [
      [{ $setWindowFields: { output: { x: { $sum: 1, window: { range: [0, 1] } } } } }],
      5339902,
      /sortBy a single field/,
    ],
    [[{ $setWindowFields: { partitionBy: '$l', output: { x: { $sum: 1 } } } }], 14, /type array/],
  ]
  it.each(titled(errors))('refuses %s', (_, [stages, code, message]) => {
    expectPipelineError([...stages], code, message, [{ l: [1] }])
  })
})

describe('$fill', () => {
  const input: Plain[] = [{ t: 1, v: 1 }, { t: 2 }, { t: 4, v: null }, { t: 5, v: 9 }, { t: 6 }]
  const fill = (output: Plain): Plain[] => [{ $fill: { sortBy: { t: 1 }, output } }, { $project: { v: 1, _id: 0 } }]

  it('gives missing values a value, the last one, or one in between', () => {
    expect(run(fill({ v: { value: '$t' } }), input)).toEqual(['{v: 1}', '{v: 2}', '{v: 4}', '{v: 9}', '{v: 6}'])
    expect(run(fill({ v: { method: 'locf' } }), input)).toEqual(['{v: 1}', '{v: 1}', '{v: 1}', '{v: 9}', '{v: 9}'])
    expect(run(fill({ v: { method: 'linear' } }), input)).toEqual([
      '{v: 1}',
      '{v: 3.0}',
      '{v: 7.0}',
      '{v: 9}',
      '{v: null}',
    ])
  })

  it('refuses what it cannot fill', () => {
    expectPipelineError(fill({ v: { method: 'x' } }), 6050202, /either locf or linear/)
    expectPipelineError(fill({ v: {} }), 9, /exactly one of 'value' and 'method'/)
    expectPipelineError([{ $fill: { output: { v: { method: 'locf' } } } }], 9, /need a 'sortBy'/)
    expectPipelineError(fill({ v: { method: 'linear' } }), 14, /must be numeric/, [{ t: 1, v: 'x' }])
  })
})

describe('$densify', () => {
  const densify = (range: Plain, more: Plain = {}): Plain[] => [{ $densify: { field: 't', range, ...more } }]

  it('adds what is missing between the least and the greatest value', () => {
    const input = [{ t: 4, v: 'b' }, { t: 1, v: 'a' }, { v: 'none' }]
    expect(run(densify({ step: 1, bounds: 'full' }), input)).toEqual([
      '{v: "none"}',
      '{t: 1, v: "a"}',
      '{t: 2}',
      '{t: 3}',
      '{t: 4, v: "b"}',
    ])
  })

  it('fills each partition within its own bounds, given ones without the upper end', () => {
    const input = [
      { k: 1, t: 1 },
      { k: 1, t: 3 },
      { k: 2, t: 2 },
    ]
    const more = { partitionByFields: ['k'] }
    expect(run(densify({ step: 1, bounds: 'partition' }, more), input)).toEqual([
      '{k: 1, t: 1}',
      '{k: 1, t: 2}',
      '{k: 1, t: 3}',
      '{k: 2, t: 2}',
    ])
    expect(run(densify({ step: 2, bounds: [0, 4] }, more), [{ k: 1, t: 1 }])).toEqual([
      '{k: 1, t: 0}',
      '{k: 1, t: 1}',
      '{k: 1, t: 2}',
    ])
  })

  it('fills given bounds even where there is nothing', () => {
    expect(run(densify({ step: 1, bounds: [0, 2] }))).toEqual(['{t: 0}', '{t: 1}'])
  })

  it('steps by units of time', () => {
    const input = [{ t: day(1) }, { t: day(3) }]
    expect(run(densify({ step: 1, unit: 'day', bounds: 'full' }), input)).toHaveLength(3)
  })

  it('refuses what has no end or no order', () => {
    expectPipelineError(densify({ step: 0, bounds: 'full' }), 5733401, /strictly positive/)
    expectPipelineError(densify({ step: 1, bounds: 'partition' }), 5733408, /non-empty array of partitionByFields/)
    expectPipelineError(densify({ step: 1, bounds: [0, 1e9] }), 5897900, /over the limit/)
    expectPipelineError(densify({ step: 1, bounds: 'full' }), 5733201, /must be numeric/, [{ t: 'x' }])
    expectPipelineError(densify({ step: 1, unit: 'day', bounds: 'full' }), 6053600, /must be a date/, [{ t: 1 }])
  })
})
