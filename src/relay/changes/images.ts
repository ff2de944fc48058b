import { elements } from '../../bson/codec/read.ts'
import { joinElements } from '../../bson/codec/join-elements.ts'
import { LazyDocument } from '../../bson/codec/lazy-document.ts'
import { RelayError } from '../../errors.ts'
import type { Change } from './change.ts'
import type { StreamOptions } from './stream-options.ts'
import { toChange } from './to-change.ts'

/** The images that a change stream has in its events, where there are any. */
export interface Images {
  readonly fullDocument: Exclude<StreamOptions['fullDocument'], 'required'>
  readonly fullDocumentBeforeChange: Exclude<StreamOptions['fullDocumentBeforeChange'], 'required'>
}

/** What events have in any case. */
export const NO_IMAGES: Images = { fullDocument: 'default', fullDocumentBeforeChange: 'off' }

/** What is said where an image that is required was not recorded; by servers, too. */
export const MISSING_IMAGE = 'A required pre-image or post-image is missing; enable changeStreamPreAndPostImages'

/** The images that a stream must have for those who chose these options. */
export function imagesFor({ fullDocument, fullDocumentBeforeChange }: StreamOptions): Images {
  return {
    fullDocument: fullDocument === 'required' ? 'whenAvailable' : fullDocument,
    fullDocumentBeforeChange: fullDocumentBeforeChange === 'off' ? 'off' : 'whenAvailable',
  }
}

/** Whether a stream with these images has all that are needed. */
export function hasImages(images: Images, needed: Images): boolean {
  return (
    (needed.fullDocument === 'default' || needed.fullDocument === images.fullDocument) &&
    (!hasBefore(needed) || hasBefore(images))
  )
}

/** All that are needed by some who need these and others who need those, both of one stream. */
export function joinImages(these: Images, those: Images): Images {
  return {
    fullDocument: these.fullDocument === 'default' ? those.fullDocument : these.fullDocument,
    fullDocumentBeforeChange: hasBefore(these) || hasBefore(those) ? 'whenAvailable' : 'off',
  }
}

function hasBefore({ fullDocumentBeforeChange }: Images): boolean {
  return fullDocumentBeforeChange !== 'off'
}

/**
 * An event as a stream gives it whose options are the chosen ones, made of one that has these images, which are enough:
 * byte by byte the same. **Cost**: none where nothing is to be left out; else made once for all who chose the same.
 *
 * @throws RelayError `UPSTREAM_FAILED` where the event lacks an image that is required, as servers fail there
 */
export function withChosenImages(change: Change, images: Images, chosen: StreamOptions): Change {
  if (chosen.fullDocument === 'required' && isUpdate(change)) requireImage(change.event.field('fullDocument'))
  if (chosen.fullDocumentBeforeChange === 'required' && change.event.field('fullDocumentBeforeChange') === null)
    requireImage(null)
  // inserts and replaces have the document in any case
  const leavesDocument = chosen.fullDocument === 'default' && images.fullDocument !== 'default' && isUpdate(change)
  const leavesBefore = chosen.fullDocumentBeforeChange === 'off' && hasBefore(images)
  if (!leavesDocument && !leavesBefore) return change
  return withoutFields(change, [
    ...(leavesDocument ? ['fullDocument'] : []),
    ...(leavesBefore ? ['fullDocumentBeforeChange'] : []),
  ])
}

function isUpdate({ event }: Change): boolean {
  return event.value('operationType') === 'update'
}

function requireImage(image: unknown): void {
  if (!(image instanceof LazyDocument)) throw new RelayError('UPSTREAM_FAILED', MISSING_IMAGE)
}

const made = new WeakMap<Change, Map<string, Change>>()

function withoutFields(change: Change, names: readonly string[]): Change {
  const key = names.join()
  const known = made.get(change) ?? new Map<string, Change>()
  const without = known.get(key) ?? cut(change, names)
  made.set(change, known.set(key, without))
  return without
}

function cut(change: Change, names: readonly string[]): Change {
  const { bytes } = change.event
  const kept: Uint8Array[] = []
  let isWhole = true
  for (const { name, start, end } of elements(bytes)) {
    if (names.includes(name)) isWhole = false
    else kept.push(bytes.subarray(start, end))
  }
  return isWhole ? change : toChange(joinElements(kept))
}
