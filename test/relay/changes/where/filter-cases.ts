/** A filter, documents that it matches, and others, as Extended JSON. */
export type FilterCase = [filter: object, matching: object[], others: object[]]

const long = (value: string) => ({ $numberLong: value })
const double = (value: string) => ({ $numberDouble: value })
const decimal = (value: string) => ({ $numberDecimal: value })

/** What MongoDB's query operators do. */
export const FILTER_CASES: FilterCase[] = [
  [{}, [{}, { a: 1 }], []],
  // equality
  [
    { a: 1 },
    [{ a: 1 }, { a: long('1') }, { a: double('1.0') }, { a: decimal('1.00') }, { a: [2, 1] }],
    [{ a: '1' }, {}],
  ],
  [{ a: long('9007199254740993') }, [{ a: long('9007199254740993') }], [{ a: double('9007199254740992') }]],
  [{ a: null }, [{}, { a: null }, { a: [null] }], [{ a: 0 }, { a: [] }]],
  [
    { 'a.b': null },
    [{}, { a: 1 }, { a: {} }, { a: [{}] }],
    [{ a: { b: 1 } }, { a: [{ b: 1 }] }, { a: [1] }, { a: [] }],
  ],
  [{ a: [1, 2] }, [{ a: [1, 2] }, { a: [[1, 2]] }], [{ a: [2, 1] }, { a: [1, 2, 3] }]],
  [{ a: { b: 1, c: 2 } }, [{ a: { b: 1, c: 2 } }], [{ a: { c: 2, b: 1 } }, { a: { b: 1 } }]],
  [{ a: double('NaN') }, [{ a: double('NaN') }, { a: decimal('NaN') }], [{ a: 1 }]],
  [
    { a: { $oid: '65a000000000000000000001' } },
    [{ a: { $oid: '65a000000000000000000001' } }],
    [{ a: '65a000000000000000000001' }],
  ],
  // order
  [
    { a: { $gt: 1 } },
    [{ a: 2 }, { a: decimal('1.0000000000000000000000000001') }, { a: [0, 2] }],
    [{ a: 1 }, { a: '2' }, {}],
  ],
  [{ a: { $gte: 1, $lt: 3 } }, [{ a: 1 }, { a: 2.5 }, { a: [0, 5] }], [{ a: 3 }, { a: 0 }]],
  [{ a: { $lt: decimal('0.1') } }, [{ a: decimal('0.09') }], [{ a: 0.1 }]],
  [{ a: { $gt: decimal('1E+6000') } }, [{ a: double('Infinity') }], [{ a: 1e308 }]],
  [{ a: { $lt: 5 } }, [{ a: -1 }, { a: double('-Infinity') }], [{ a: double('NaN') }, { a: null }]],
  [{ a: { $lte: double('NaN') } }, [{ a: double('NaN') }], [{ a: 1 }]],
  [{ a: { $gte: null } }, [{}, { a: null }], [{ a: 1 }]],
  [{ a: { $gt: 'é' } }, [{ a: '\u{1F600}' }, { a: '\uFFFD' }], [{ a: 'z' }]],
  [{ a: { $gt: '\uFFFD' } }, [{ a: '\u{1F600}' }], [{ a: 'z' }]],
  [{ a: { $gt: { $date: '2026-01-01T00:00:00Z' } } }, [{ a: { $date: '2026-01-01T00:00:00.001Z' } }], [{ a: 1e15 }]],
  [
    { a: { $gt: { $timestamp: { t: 1, i: 0 } } } },
    [{ a: { $timestamp: { t: 4294967295, i: 0 } } }],
    [{ a: { $timestamp: { t: 0, i: 5 } } }],
  ],
  [{ a: { $gt: false } }, [{ a: true }], [{ a: 1 }]],
  [{ a: { $gt: { $minKey: 1 } } }, [{ a: 1 }, { a: 'x' }, {}], [{ a: { $minKey: 1 } }]],
  [{ a: { $gt: { b: 1 } } }, [{ a: { b: 2 } }, { a: { c: 0 } }], [{ a: { b: 1 } }, { a: { b: 0, c: 9 } }]],
  // lists
  [{ a: { $in: [1, 'x', null] } }, [{ a: 1 }, { a: 'x' }, {}, { a: ['x'] }], [{ a: 2 }]],
  [{ a: { $nin: [1, 2] } }, [{ a: 3 }, {}], [{ a: 1 }, { a: [3, 2] }]],
  [{ a: { $ne: 1 } }, [{ a: 2 }, {}], [{ a: 1 }, { a: [1, 2] }]],
  [{ a: { $all: [1, 2] } }, [{ a: [2, 1, 3] }], [{ a: [1] }, { a: 1 }]],
  [{ a: { $all: [] } }, [], [{ a: [] }, {}]],
  [
    { a: { $all: [{ $elemMatch: { b: 1 } }, { $elemMatch: { b: 2 } }] } },
    [{ a: [{ b: 1 }, { b: 2 }] }],
    [{ a: [{ b: 1 }] }],
  ],
  [{ a: { $size: 2 } }, [{ a: [1, 2] }, { a: [[1], 2] }], [{ a: [1] }, { a: [[1, 2]] }, {}]],
  [{ a: { $elemMatch: { $gt: 1, $lt: 3 } } }, [{ a: [0, 2] }], [{ a: [0, 5] }, { a: 2 }, { a: [[2]] }]],
  [
    { a: { $elemMatch: { b: 1, c: 2 } } },
    [{ a: [{ b: 1, c: 2 }] }],
    [{ a: [{ b: 1 }, { c: 2 }] }, { a: { b: 1, c: 2 } }],
  ],
  [{ a: { $elemMatch: { $or: [{ b: 1 }, { c: 1 }] } } }, [{ a: [{ c: 1 }] }], [{ a: [{ b: 2 }] }]],
  [{ a: { $elemMatch: { $elemMatch: { $gt: 1 } } } }, [{ a: [[0, 2]] }], [{ a: [2] }]],
  // paths
  [
    { 'a.b': 1 },
    [{ a: { b: 1 } }, { a: [{ b: 2 }, { b: 1 }] }, { a: [{ b: [1] }] }],
    [{ a: [[{ b: 1 }]] }, { 'a.b': 1 }],
  ],
  [{ 'a.0': 1 }, [{ a: [1, 2] }, { a: { 0: 1 } }, { a: [{ 0: 1 }] }], [{ a: [2, 1] }, { a: [[1]] }]],
  [{ 'a.0.b': 1 }, [{ a: [{ b: 1 }] }, { a: [[{ b: 1 }]] }], [{ a: [{ c: 1 }, { b: 1 }] }]],
  [{ 'a.b.c': { $gt: 1 } }, [{ a: [{ b: [{ c: 2 }] }] }], [{ a: [{ b: [[{ c: 2 }]] }] }]],
  // elements
  [{ a: { $exists: true } }, [{ a: null }, { a: [] }], [{}]],
  [{ a: { $exists: false } }, [{}], [{ a: null }]],
  [{ 'a.b': { $exists: false } }, [{}, { a: [] }, { a: [{ c: 1 }] }], [{ a: [{ c: 1 }, { b: 1 }] }]],
  [{ a: { $type: 'number' } }, [{ a: 1 }, { a: long('1') }, { a: decimal('1') }, { a: ['x', 1] }], [{ a: '1' }, {}]],
  [{ a: { $type: ['array', 10] } }, [{ a: [] }, { a: null }], [{ a: 1 }, {}]],
  [{ a: { $type: 'int' } }, [{ a: 1 }], [{ a: double('1.0') }, { a: long('1') }]],
  // logic
  [{ $or: [{ a: 1 }, { b: 1 }] }, [{ a: 1 }, { b: 1 }], [{ c: 1 }]],
  [{ $and: [{ a: { $gt: 1 } }, { a: { $lt: 3 } }] }, [{ a: 2 }, { a: [0, 5] }], [{ a: 3 }]],
  [{ $nor: [{ a: 1 }, { b: 1 }] }, [{}, { a: 2 }], [{ a: 1 }]],
  [{ a: { $not: { $gt: 1 } } }, [{ a: 1 }, {}, { a: 'x' }], [{ a: 2 }, { a: [0, 2] }]],
]
