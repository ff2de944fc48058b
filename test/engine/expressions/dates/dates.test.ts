import { describe, expect, it } from 'vitest'
import { ObjectId, Timestamp } from '../../../../src/bson/values.ts'
import { evaluate, expectError, titled, type ErrorRow, type Row } from '../evaluate.ts'

const d = new Date('2024-02-29T12:34:56.789Z')
const at = (text: string): Date => new Date(text)
const BERLIN = 'Europe/Berlin'
const NEW_YORK = 'America/New_York'

const ROWS: Row[] = [
  [{ $year: d }, '2024'],
  [{ $month: d }, '2'],
  [{ $dayOfMonth: d }, '29'],
  [{ $hour: d }, '12'],
  [{ $minute: d }, '34'],
  [{ $second: d }, '56'],
  [{ $millisecond: d }, '789'],
  [{ $dayOfWeek: d }, '5'],
  [{ $dayOfYear: d }, '60'],
  [{ $isoDayOfWeek: d }, '4'],
  [{ $week: d }, '8'],
  [{ $isoWeek: d }, '9'],
  [{ $isoWeekYear: d }, '2024L'],
  [{ $isoWeekYear: at('2016-01-02T00:00:00Z') }, '2015L'],
  [{ $isoWeek: at('2016-01-02T00:00:00Z') }, '53'],
  [{ $week: at('2023-01-01T00:00:00Z') }, '1'],
  [{ $week: at('2022-01-01T00:00:00Z') }, '0'],
  [{ $year: [d] }, '2024'],
  [{ $year: null }, 'null'],
  [{ $year: '$gone' }, 'null'],
  [{ $year: new Timestamp({ t: 0, i: 1 }) }, '1970'],
  [{ $year: new ObjectId('65e000000000000000000001') }, '2024'],
  [{ $hour: { date: d, timezone: '+05:30' } }, '18'],
  [{ $hour: { date: d, timezone: BERLIN } }, '13'],
  [{ $hour: { date: at('2024-07-01T12:00:00Z'), timezone: BERLIN } }, '14'],
  [{ $hour: { date: d, timezone: 'GMT' } }, '12'],
  [{ $hour: { date: d, timezone: null } }, 'null'],
  [
    { $dateToParts: { date: d } },
    '{year: 2024, month: 2, day: 29, hour: 12, minute: 34, second: 56, millisecond: 789}',
  ],
  [
    { $dateToParts: { date: d, iso8601: true, timezone: '-13' } },
    '{isoWeekYear: 2024, isoWeek: 9, isoDayOfWeek: 3, hour: 23, minute: 34, second: 56, millisecond: 789}',
  ],
  [{ $dateFromParts: { year: 2024, month: 2, day: 29, hour: 12 } }, '2024-02-29T12:00:00.000Z'],
  [{ $dateFromParts: { year: 2024, month: 14, day: 0 } }, '2025-01-31T00:00:00.000Z'],
  [{ $dateFromParts: { year: 2024, hour: 12, timezone: NEW_YORK } }, '2024-01-01T17:00:00.000Z'],
  [{ $dateFromParts: { isoWeekYear: 2015, isoWeek: 53, isoDayOfWeek: 6 } }, '2016-01-02T00:00:00.000Z'],
  [{ $dateFromParts: { year: '$gone' } }, 'null'],
  [{ $dateFromParts: { year: 5 } }, '0005-01-01T00:00:00.000Z'],
  [{ $dateToString: { date: d } }, '"2024-02-29T12:34:56.789Z"'],
  [{ $dateToString: { date: d, timezone: BERLIN } }, '"2024-02-29T13:34:56.789"'],
  [
    { $dateToString: { date: d, format: '%d.%m.%Y %H:%M:%S:%L %j %w %u %U %V %G %b %B %%' } },
    '"29.02.2024 12:34:56:789 060 5 4 08 09 2024 Feb February %"',
  ],
  [{ $dateToString: { date: d, format: '%z %Z', timezone: '-04:45' } }, '"-0445 -285"'],
  [{ $dateToString: { date: '$gone', onNull: 'none' } }, '"none"'],
  [{ $dateToString: { date: null } }, 'null'],
  [{ $dateFromString: { dateString: '2017-02-08T12:10:40.787Z' } }, '2017-02-08T12:10:40.787Z'],
  [{ $dateFromString: { dateString: '2017-02-08' } }, '2017-02-08T00:00:00.000Z'],
  [{ $dateFromString: { dateString: '2017-02-08 06:00', timezone: NEW_YORK } }, '2017-02-08T11:00:00.000Z'],
  [{ $dateFromString: { dateString: '06-15-2018', format: '%m-%d-%Y' } }, '2018-06-15T00:00:00.000Z'],
  [{ $dateFromString: { dateString: '2018 53 6', format: '%G %V %u' } }, '2019-01-05T00:00:00.000Z'],
  [{ $dateFromString: { dateString: 'Feb 8, 2017' } }, '2017-02-08T00:00:00.000Z'],
  [
    { $dateFromString: { dateString: '15 June 2018 10:00 +0200', format: '%d %B %Y %H:%M %z' } },
    '2018-06-15T08:00:00.000Z',
  ],
  [{ $dateFromString: { dateString: 'nope', onError: 'bad' } }, '"bad"'],
  [{ $dateFromString: { dateString: 5, onError: 'bad' } }, '"bad"'],
  [{ $dateFromString: { dateString: null, onNull: 'none' } }, '"none"'],
  [{ $dateAdd: { startDate: d, unit: 'day', amount: 1 } }, '2024-03-01T12:34:56.789Z'],
  [{ $dateAdd: { startDate: at('2024-01-31T00:00:00Z'), unit: 'month', amount: 1 } }, '2024-02-29T00:00:00.000Z'],
  [{ $dateAdd: { startDate: at('2024-01-31T00:00:00Z'), unit: 'quarter', amount: -1 } }, '2023-10-31T00:00:00.000Z'],
  [{ $dateAdd: { startDate: d, unit: 'year', amount: 1 } }, '2025-02-28T12:34:56.789Z'],
  [
    { $dateAdd: { startDate: at('2024-03-30T12:00:00Z'), unit: 'day', amount: 1, timezone: BERLIN } },
    '2024-03-31T11:00:00.000Z',
  ],
  [
    { $dateAdd: { startDate: at('2024-03-30T12:00:00Z'), unit: 'hour', amount: 24, timezone: BERLIN } },
    '2024-03-31T12:00:00.000Z',
  ],
  [{ $dateSubtract: { startDate: d, unit: 'week', amount: 1 } }, '2024-02-22T12:34:56.789Z'],
  [{ $dateAdd: { startDate: null, unit: 'day', amount: 1 } }, 'null'],
  [{ $dateDiff: { startDate: at('2023-12-31T23:59:59Z'), endDate: at('2024-01-01T00:00:00Z'), unit: 'year' } }, '1L'],
  [{ $dateDiff: { startDate: at('2024-01-31T00:00:00Z'), endDate: at('2024-02-01T00:00:00Z'), unit: 'month' } }, '1L'],
  [
    { $dateDiff: { startDate: at('2024-03-31T00:00:00Z'), endDate: at('2024-04-01T00:00:00Z'), unit: 'quarter' } },
    '1L',
  ],
  [{ $dateDiff: { startDate: at('2024-03-02T00:00:00Z'), endDate: at('2024-03-03T00:00:00Z'), unit: 'week' } }, '1L'],
  [
    {
      $dateDiff: {
        startDate: at('2024-03-03T00:00:00Z'),
        endDate: at('2024-03-04T00:00:00Z'),
        unit: 'week',
        startOfWeek: 'monday',
      },
    },
    '1L',
  ],
  [{ $dateDiff: { startDate: at('2024-03-03T23:30:00Z'), endDate: at('2024-03-04T00:10:00Z'), unit: 'hour' } }, '1L'],
  [
    {
      $dateDiff: {
        startDate: at('2024-03-03T23:30:00Z'),
        endDate: at('2024-03-04T00:10:00Z'),
        unit: 'day',
        timezone: BERLIN,
      },
    },
    '0L',
  ],
  [{ $dateDiff: { startDate: d, endDate: at('2024-02-29T12:34:55.000Z'), unit: 'millisecond' } }, '-1789L'],
  [{ $dateTrunc: { date: d, unit: 'month' } }, '2024-02-01T00:00:00.000Z'],
  [{ $dateTrunc: { date: d, unit: 'year', binSize: 5 } }, '2020-01-01T00:00:00.000Z'],
  [{ $dateTrunc: { date: d, unit: 'week' } }, '2024-02-25T00:00:00.000Z'],
  [{ $dateTrunc: { date: d, unit: 'week', startOfWeek: 'Mon' } }, '2024-02-26T00:00:00.000Z'],
  [{ $dateTrunc: { date: d, unit: 'day', timezone: BERLIN } }, '2024-02-28T23:00:00.000Z'],
  [{ $dateTrunc: { date: d, unit: 'hour', binSize: 2 } }, '2024-02-29T12:00:00.000Z'],
  [{ $dateTrunc: { date: d, unit: 'minute', binSize: 15 } }, '2024-02-29T12:30:00.000Z'],
  [{ $dateTrunc: { date: '$gone', unit: 'day' } }, 'null'],
]

const ERRORS: ErrorRow[] = [
  [{ $year: 'x' }, 16006, "can't convert from BSON type string to Date"],
  [{ $year: { date: d, x: 1 } }, 40535, 'Unrecognized argument to $year: x'],
  [{ $year: { timezone: 'UTC' } }, 40539, /Missing 'date' parameter to \$year/],
  [{ $year: [d, d] }, 40536, '$year accepts exactly one argument if given an array, but was given 2'],
  [
    { $year: { date: d, timezone: 5 } },
    40533,
    /requires a string for the timezone argument, but was given a int \(5\)/,
  ],
  [{ $year: { date: d, timezone: 'Nowhere/City' } }, 40485, 'unrecognized time zone identifier: "Nowhere/City"'],
  [{ $dateToString: 1 }, 18629, '$dateToString only supports an object as its argument, found: int'],
  [{ $dateToString: {} }, 18628, "Missing 'date' parameter to $dateToString"],
  [{ $dateToString: { date: d, x: 1 } }, 18534, 'Unrecognized argument to $dateToString: x'],
  [{ $dateToString: { date: d, format: 1 } }, 18533, /'format' be a string, found: int/],
  [{ $dateToString: { date: d, format: '%' } }, 18535, "Unmatched '%' at end of format string"],
  [{ $dateToString: { date: d, format: '%q' } }, 18536, "Invalid format character '%q' in format string"],
  [{ $dateFromString: {} }, 40542, "Missing 'dateString' parameter to $dateFromString"],
  [{ $dateFromString: { dateString: 'nope' } }, 241, /Error parsing date string 'nope'/],
  [{ $dateFromString: { dateString: '2017-02-30' } }, 241, /Error parsing date string/],
  [
    { $dateFromString: { dateString: '2017-02-08T00:00Z', timezone: BERLIN } },
    241,
    /together with a timezone argument/,
  ],
  [{ $dateFromParts: {} }, 40516, /requires either 'year' or 'isoWeekYear'/],
  [{ $dateFromParts: { year: 2000, isoWeek: 1 } }, 40489, /does not allow mixing/],
  [{ $dateFromParts: { year: 'x' } }, 40515, /'year' must evaluate to an integer, found string with value "x"/],
  [{ $dateFromParts: { year: 0 } }, 40523, /in the range 1 to 9999, found 0/],
  [{ $dateFromParts: { year: 2000, month: 40000 } }, 31034, /'month' must evaluate to a value in the range/],
  [{ $dateAdd: { startDate: d } }, 5166402, /Missing 'unit' parameter to \$dateAdd/],
  [{ $dateAdd: { startDate: 'x', unit: 'day', amount: 1 } }, 5166403, /requires 'startDate' to be a date/],
  [{ $dateAdd: { startDate: d, unit: 'eon', amount: 1 } }, 9, 'unknown time unit value: eon'],
  [{ $dateAdd: { startDate: d, unit: 'day', amount: 1.5 } }, 5166405, /expects integer amount/],
  [{ $dateAdd: { startDate: d, unit: 'year', amount: 2147483647 } }, 15, /overflow/],
  [{ $dateDiff: { startDate: 'x', endDate: d, unit: 'day' } }, 5166307, /'startDate' to be a date, but got string/],
  [{ $dateTrunc: { date: d } }, 5439010, "Missing 'unit' parameter to $dateTrunc"],
  [{ $dateTrunc: { date: d, unit: 'day', binSize: 0 } }, 5439018, /greater than 0, but got value 0/],
  [{ $dateTrunc: { date: d, unit: 'week', startOfWeek: 'x' } }, 9, /cannot be recognized as a day of a week: x/],
]

describe('dates', () => {
  it.each(titled(ROWS))('evaluates %s', (_, [expression, result]) => {
    expect(evaluate(expression)).toBe(result)
  })

  it.each(titled(ERRORS))('refuses %s', (_, [expression, code, message]) => {
    expectError(expression, code, message)
  })
})
