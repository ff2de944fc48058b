import { describe, expect, it } from 'vitest'
import {
  doc,
  Double,
  Int32,
  Long,
  ObjectId,
  Timestamp,
  type BsonDocument,
  type BsonValue,
} from '../../../src/bson/values.ts'
import { KeyStringWriter } from '../../../src/engine/streams/key-string.ts'
import { readToken, toTokenString, type ResumeToken } from '../../../src/engine/streams/resume-token.ts'

const time = new Timestamp({ t: 1_700_000_000, i: 7 })
const uuid = Buffer.from('00112233445566778899aabbccddeeff', 'hex')

function hex(value: BsonValue): string {
  const writer = new KeyStringWriter()
  writer.value(value)
  return writer.finish()
}

function toTokenDocument(token: ResumeToken): BsonDocument {
  return new Map([['_data', toTokenString(token)]])
}

describe('resume tokens', () => {
  it('are read back as they were written', () => {
    for (const fromInvalidate of [false, true]) {
      const token = {
        time,
        kind: 'event',
        index: 300,
        fromInvalidate,
        uuid,
        event: doc({ documentKey: doc({ _id: new Int32(1) }) }),
      } as const
      expect(readToken(toTokenDocument(token))).toMatchObject({ time, kind: 'event', index: 300, fromInvalidate, uuid })
    }
    const mark = { time, kind: 'highWaterMark', index: 0, fromInvalidate: false } as const
    expect(readToken(toTokenDocument(mark))).toMatchObject(mark)
  })

  it('are written as a real server writes them', () => {
    // the token in a recorded error message, of version 1
    const recorded = '826B02A624000000042B022C0100296E5A100456CDF9A69A7F48EF8DBCE4CFDB3F8EC5461E5F6964002B020004'
    const own = toTokenString({
      time: new Timestamp({ t: 0x6b02a624, i: 4 }),
      kind: 'event',
      index: 0,
      fromInvalidate: false,
      uuid: Buffer.from('56CDF9A69A7F48EF8DBCE4CFDB3F8EC5', 'hex'),
      event: doc({ _id: new Int32(1) }),
    })
    // version 2 differs in that number alone
    expect(own).toBe(recorded.replace('2B022C0100', '2B042C0100'))
    expect(readToken(doc({ _data: recorded }))).toMatchObject({ index: 0, kind: 'event' })
  })

  it('order a high-water mark before the events of its time, and an invalidate after its event', () => {
    const event = { time, kind: 'event', index: 0, fromInvalidate: false, uuid, event: doc({}) } as const
    const ordered = [
      toTokenString({ time, kind: 'highWaterMark', index: 0, fromInvalidate: false }),
      toTokenString(event),
      toTokenString({ ...event, fromInvalidate: true }),
      toTokenString({ ...event, index: 1 }),
      toTokenString({ ...event, time: new Timestamp({ t: time.t, i: time.i + 1 }) }),
    ]
    expect(ordered).toEqual([...ordered].sort())
  })

  it.each<[string, BsonValue | undefined, number]>([
    ['no _data', undefined, 40647],
    ['_data of another type', new Int32(5), 40647],
    ['no hex', 'zz', 9],
    ['half a byte', '826', 9],
    ['nothing', '', 40649],
    ['a cut-off time', '82', 15],
    ['a cut-off rest', '826B02A62400000004', 15],
    ['another first type', '3C61000004', 50811],
  ])('are refused with %s', (_, data, code) => {
    expect(() => readToken(data === undefined ? doc({}) : doc({ _data: data }))).toThrow(
      expect.objectContaining({ code }),
    )
  })
})

describe('KeyString', () => {
  it('orders as the values do', () => {
    const ordered: BsonValue[] = [
      null, new Double(NaN), new Double(-Infinity), new Double(-1e300), Long.MIN_VALUE, new Int32(-300), new Int32(-2), new Double(-1.5), new Int32(-1),
      new Double(-0.25), new Int32(0), new Double(1e-9), new Double(0.5), new Int32(1), new Double(1.5), new Int32(2), new Int32(127), new Int32(128),
      new Int32(70_000), new Double(70_000.5), Long.fromString('9007199254740993'), new Double(1e300), new Double(Infinity),
      '', 'a', 'a\0b', 'aa', 'b', doc({}), doc({ a: new Int32(1) }), doc({ a: new Int32(2) }), [], [new Int32(1)],
      new ObjectId('000000000000000000000001'), new ObjectId('000000000000000000000002'), false, true, new Date(-5), new Date(5), time,
    ] // prettier-ignore
    const written = ordered.map(hex)
    expect(written).toEqual([...written].sort())
    expect(new Set(written).size).toBe(ordered.length)
  })
})
