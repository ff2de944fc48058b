import { describe, expect, it } from 'vitest'
import { useRelay } from '../../support/relay.ts'

interface Item {
  readonly _id: number
  readonly [field: string]: unknown
}

interface Page {
  readonly changes: readonly { readonly operationType: string; readonly documentKey: { readonly _id: number } | null }[]
  readonly next: string
  readonly isCurrent: boolean
}

interface Answer {
  readonly data: { readonly changesPage: Page } | null
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[]
}

const FIELDS = '{ changes { operationType documentKey fullDocument } next isCurrent }'

describe('changesPage', () => {
  const at = useRelay(() => ({ port: 0, maxResultBytes: 200_000 }))
  const coll = () => at.deployment.client.db(at.db).collection<Item>('c')

  async function ask(variables: object, fields = FIELDS, more = ''): Promise<Answer> {
    const query = `query (
      $db: String, $after: ResumeToken, $limit: Int! = 100, $waitMs: Int! = 0, $where: EJSON, $snapshot: Snapshot, $last: Int
    ) {
      changesPage(
        db: $db, coll: "c", after: $after, limit: $limit, waitMs: $waitMs, where: $where, snapshot: $snapshot, last: $last
      ) ${fields} ${more}
    }`
    const response = await fetch(at.relay.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { db: at.db, ...variables } }),
    })
    return (await response.json()) as Answer
  }
  async function page(variables: object = {}): Promise<Page> {
    const { data, errors } = await ask(variables)
    expect(errors).toBeUndefined()
    return data?.changesPage ?? { changes: [], next: '', isCurrent: false }
  }
  const keysOf = ({ changes }: Page) => changes.map(({ documentKey }) => documentKey?._id)
  const insert = (from: number, count: number, fields = {}) =>
    coll().insertMany(Array.from({ length: count }, (_, n) => ({ _id: from + n, ...fields })))

  it('begins now, and its `next` leads to what has happened since', async () => {
    const first = await page()
    expect(first).toMatchObject({ changes: [], isCurrent: true })
    await insert(1, 3)
    const second = await page({ after: first.next })
    expect(keysOf(second)).toEqual([1, 2, 3])
    expect(second.isCurrent).toBe(true)
    expect(keysOf(await page({ after: second.next }))).toEqual([])
  })

  it('has so many, and says that there are more', async () => {
    const { next } = await page()
    await insert(1, 150)
    const got: unknown[] = []
    let after = next
    let pages = 0
    for (let isCurrent = false; !isCurrent; pages++) {
      const one: Page = await page({ after, limit: 40 })
      expect(one.changes.length).toBeLessThanOrEqual(40)
      got.push(...keysOf(one))
      after = one.next
      isCurrent = one.isCurrent
    }
    expect(got).toEqual(Array.from({ length: 150 }, (_, n) => n + 1))
    expect(pages).toBeGreaterThanOrEqual(4)
  })

  it('waits for the first change', async () => {
    const { next } = await page()
    const waiting = page({ after: next, waitMs: 30_000 })
    await expect.poll(() => at.relay.stats().subscribers).toBe(1)
    await insert(1, 1)
    expect(keysOf(await waiting)).toEqual([1])
  })

  it('moves on while nothing matches, and ends when the time is over', async () => {
    const { next } = await page()
    await insert(1, 3)
    const later = await page({ after: next, waitMs: 50, where: '{"documentKey._id": 7}' })
    expect(later.changes).toEqual([])
    expect(later.next > next).toBe(true)
  })

  it('has the documents that there are, and then what happens to them', async () => {
    await insert(1, 5)
    const first = await page({ snapshot: 'FIRST', limit: 3 })
    expect(first.isCurrent).toBe(false)
    await coll().deleteOne({ _id: 1 })
    const second = await page({ snapshot: 'FIRST', after: first.next })
    const types = [...first.changes, ...second.changes].map(({ operationType }) => operationType)
    expect(types).toEqual([...Array.from({ length: 5 }, () => 'snapshot'), 'snapshotEnd', 'delete'])
  })

  it('ends early where the result would be too large, and goes on', async () => {
    const { next } = await page()
    await insert(1, 30, { text: 'x'.repeat(2_000) })
    const got: unknown[] = []
    for (let after = next, isCurrent = false; !isCurrent;) {
      const { data, errors } = await ask({ after }, '{ changes { documentKey json again: json } next isCurrent }')
      expect(errors).toBeUndefined()
      const one = data?.changesPage
      expect(JSON.stringify(data).length).toBeLessThan(200_000)
      got.push(...(one ? keysOf(one) : []))
      after = one?.next ?? ''
      isCurrent = one?.isCurrent ?? true
    }
    expect(got).toEqual(Array.from({ length: 30 }, (_, n) => n + 1))
  })

  it('is refused where even one is too large, with where to go on', async () => {
    const { next } = await page()
    await insert(1, 1, { text: 'x'.repeat(150_000) })
    const { errors } = await ask({ after: next }, '{ changes { json again: json } next }')
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'EVENT_TOO_LARGE', resumeToken: expect.any(String) } })
  })

  it('has the limit of one result for all pages of an operation', async () => {
    const { next } = await page()
    await insert(1, 10, { text: 'x'.repeat(2_000) })
    const names = Array.from({ length: 10 }, (_, n) => `p${n}`)
    const more = names.map((name) => `${name}: changesPage(db: $db, coll: "c", after: $after) { changes { json } }`)
    const { data } = await ask({ after: next }, '{ changes { json } }', more.join(' '))
    expect(JSON.stringify(data).length).toBeLessThan(250_000)
  })

  it.each([
    [{ limit: 0 }, 'BAD_USER_INPUT', /`limit` must be from 1 to 1000/],
    [{ limit: 1_001 }, 'BAD_USER_INPUT', /`limit`/],
    [{ waitMs: -1 }, 'BAD_USER_INPUT', /`waitMs` must be from 0 to 30000/],
    [{ after: 'zz' }, 'RESUME_TOKEN_INVALID', /token/],
    [{ last: 3, snapshot: 'FIRST' }, 'BAD_USER_INPUT', /leave out `last`/],
  ])('refuses %j', async (variables, code, message) => {
    const { errors } = await ask(variables)
    expect(errors?.[0]).toMatchObject({ message: expect.stringMatching(message), extensions: { code } })
  })
})
