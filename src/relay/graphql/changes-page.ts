import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql'
import { LazyDocument } from '../../bson/codec/lazy-document.ts'
import type { EjsonFormat } from '../../bson/ejson/to-ejson-text.ts'
import { toScope } from '../changes/scope.ts'
import { badUserInput, RelayError } from '../../errors.ts'
import { readChunk } from '../feed/read-chunk.ts'
import { type ChangesArgs, toChangesRequest } from './changes-request.ts'
import type { GraphQLContext } from './context.ts'
import { openBson } from './open-bson.ts'
import { type ChangeModel, toChangeModel } from './schema/change-model.ts'

/** Most changes of a page. */
const MAX_LIMIT = 1_000
/** Longest wait for the first change, in milliseconds: what proxies let an answer take. */
const MAX_WAIT_MS = 30_000
/** How long it may take to find out what there is, in milliseconds. */
const READ_MS = 30_000
/** A page is full when its events reach this many bytes as BSON. */
const PAGE_BYTES = 1_048_576
/** A value as JSON has at most this many bytes for each byte that it has as BSON. */
const JSON_PER_BSON = 8

/** Arguments of `changesPage`: those of `changes`, and how much there shall be. */
export type ChangesPageArgs = Omit<ChangesArgs, 'startAfter'> & {
  readonly after?: string | null | undefined
  readonly limit: number
  readonly waitMs: number
}

/** Changes that follow a position. */
export interface ChangesPageModel {
  readonly changes: readonly ChangeModel[]
  readonly next: string
  readonly isCurrent: boolean
}

/**
 * Reads the changes that follow a position: what there is, or, where there is nothing, the first that comes within the
 * time. Counts as a subscription of its caller meanwhile.
 *
 * @throws RelayError as a subscription: `HISTORY_LOST`, `RESUME_TOKEN_INVALID`, `BAD_USER_INPUT`, …
 */
export async function readChangesPage(
  { after, limit, waitMs, ...others }: ChangesPageArgs,
  { services, principal, owner }: GraphQLContext,
  info: GraphQLResolveInfo,
): Promise<ChangesPageModel> {
  if (limit < 1 || limit > MAX_LIMIT) throw badUserInput(`\`limit\` must be from 1 to ${MAX_LIMIT}, but is ${limit}`)
  if (waitMs < 0 || waitMs > MAX_WAIT_MS) {
    throw badUserInput(`\`waitMs\` must be from 0 to ${MAX_WAIT_MS}, but is ${waitMs}`)
  }
  const args: ChangesArgs = { ...others, ...(typeof after === 'string' ? { startAfter: after } : {}) }
  const grant = services.policy.grantFor(principal, toScope(args.db, args.coll))
  const request = toChangesRequest(args, { lastEventId: undefined, grant, maxTokenBytes: services.maxTokenBytes })
  const start = openBson({ args, request, grant, caller: { principal, owner } }, services)
  const waiting = { waitsForFirst: waitMs > 0, waitMs: waitMs > 0 ? waitMs : READ_MS }
  const chunk = await readChunk({ start, ...waiting, maxBytes: PAGE_BYTES, maxEvents: limit })
  if (!chunk) throw new RelayError('UPSTREAM_FAILED', 'The page was not read')

  const events = chunk.batches.flatMap(({ payloads, tokens }) =>
    payloads.map((bytes, index) => ({ bytes, resumeToken: tokens[index] ?? chunk.position })),
  )
  const taken = takeFitting(events.slice(0, limit), args.format, countKeys(info), services.resultBytes)
  const isWhole = taken.length === events.length
  return {
    changes: taken,
    next: isWhole ? chunk.position : (taken.at(-1)?.change.resumeToken ?? chunk.position),
    isCurrent: isWhole && chunk.isUpToDate,
  }
}

/** As many as the operation may still have in its result: at least one. */
function takeFitting(
  events: readonly { readonly bytes: Buffer; readonly resumeToken: string }[],
  format: EjsonFormat,
  keys: number,
  { take, max }: GraphQLContext['services']['resultBytes'],
): ChangeModel[] {
  const models: ChangeModel[] = []
  for (const { bytes, resumeToken } of events) {
    const model = toChangeModel({ resumeToken, event: new LazyDocument(bytes), raw: bytes }, format)
    const isTaken = take(bytes.length * JSON_PER_BSON * keys)
    if (!isTaken && models.length > 0) break
    // one that is large is measured
    if (!isTaken && !take(Buffer.byteLength(model.ejson().text) * keys)) {
      const message = `The result would have more than ${max} bytes, as \`maxResultBytes\` allows; ask for fewer fields`
      throw new RelayError('EVENT_TOO_LARGE', message, { resumeToken })
    }
    models.push(model)
  }
  return models
}

/** How many response keys there are for each change, and for the page. Their number is limited already. */
function countKeys({ fieldNodes, fragments }: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>): number {
  const within = (set: SelectionSetNode | undefined): number =>
    (set?.selections ?? []).reduce((sum, node) => {
      if (node.kind === Kind.FIELD) return sum + 1 + within(node.selectionSet)
      return (
        sum + within(node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : fragments[node.name.value]?.selectionSet)
      )
    }, 0)
  return fieldNodes.reduce((sum, { selectionSet }) => sum + within(selectionSet), 1)
}
