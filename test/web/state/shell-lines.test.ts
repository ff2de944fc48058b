import { describe, expect, it } from 'vitest'
import { toShellLines } from '../../../web/state/shell-lines.ts'

describe('the lines for the shell', () => {
  it('are those everybody knows, for plain names', () => {
    expect(toShellLines({ db: 'test', coll: 'test' }).split('\n')).toEqual([
      'use test',
      'db.test.insertOne({})',
      'db.test.updateOne({}, {$set: {x: 1}})',
      'db.test.deleteOne({})',
    ])
  })

  it('quote names that the shell would read otherwise', () => {
    const [use, insert] = toShellLines({ db: 'my "db"', coll: 'a-b' }).split('\n')
    expect(use).toBe('db = db.getSiblingDB("my \\"db\\"")')
    expect(insert).toBe('db.getCollection("a-b").insertOne({})')
    expect(toShellLines({ db: 'test', coll: 'stats' })).toContain('db.getCollection("stats").insertOne({})')
  })
})
