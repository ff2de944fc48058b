import { LazyDocument } from '../../bson/codec/lazy-document.ts'
import type { DocumentTest } from '../changes/where.ts'

/** Events that are about a collection as a whole, and tell nothing of its documents. */
const CATALOG_TYPES = new Set(['drop', 'rename', 'dropDatabase', 'invalidate'])

/**
 * As which type of event a caller sees a change who sees only some documents: as if there were no others. A document
 * that moves into what they see is inserted, one that moves out is deleted. `undefined` when they see nothing of it, or
 * when that cannot be known, because an image is missing or the event is of a type that is not known here.
 *
 * Needs the images of updates, replaces and deletes in the event.
 */
export function typeSeen(event: LazyDocument, test: DocumentTest): string | undefined {
  const operationType = typeOf(event)
  if (CATALOG_TYPES.has(operationType)) return operationType
  const isIn = testImage(event.field('fullDocument'), test)
  const wasIn = testImage(event.field('fullDocumentBeforeChange'), test)
  switch (operationType) {
    case 'insert':
    case 'snapshot':
      return isIn === true ? operationType : undefined
    case 'update':
      return isIn === undefined ? undefined : typeOfMove('update', wasIn, isIn)
    case 'replace':
      // the new document is complete in any case: seen as what it is, whatever it was before
      return isIn === true && wasIn === undefined ? 'replace' : typeOfMove('replace', wasIn, isIn === true)
    case 'delete':
      return wasIn === true ? 'delete' : undefined
    default:
      return undefined
  }
}

/** The operation type of an event: a string in each. */
export function typeOf(event: LazyDocument): string {
  return event.value('operationType') as string
}

function typeOfMove(type: 'update' | 'replace', wasIn: boolean | undefined, isIn: boolean): string | undefined {
  if (wasIn === undefined) return undefined
  if (wasIn) return isIn ? type : 'delete'
  return isIn ? 'insert' : undefined
}

// null where the server has no image
function testImage(image: unknown, test: DocumentTest): boolean | undefined {
  return image instanceof LazyDocument ? test(image) : undefined
}
