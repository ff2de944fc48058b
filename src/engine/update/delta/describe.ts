import { Int32, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { ArrayDelta, type Delta, type DocumentDelta } from './delta.ts'

/** What changed in a document, as a change event tells it. */
export interface UpdateDescription {
  /** dotted path → new value */
  readonly updatedFields: BsonDocument
  readonly removedFields: readonly string[]
  readonly truncatedArrays: readonly { readonly field: string; readonly newSize: number }[]
  /** path → components (array indexes as ints), only for paths that could be read in two ways */
  readonly disambiguatedPaths: BsonDocument
}

/** The description of what a delta says, in the delta's order. */
export function describeDelta(delta: DocumentDelta): UpdateDescription {
  const describer = new Describer()
  describer.document(delta, [])
  const { updatedFields, removedFields, truncatedArrays, disambiguatedPaths } = describer
  return { updatedFields, removedFields, truncatedArrays, disambiguatedPaths }
}

/** A field name, or an array index as a number. */
type Component = string | number

class Describer {
  readonly updatedFields: BsonDocument = new Map()
  readonly removedFields: string[] = []
  readonly truncatedArrays: { field: string; newSize: number }[] = []
  readonly disambiguatedPaths: BsonDocument = new Map()

  document(delta: DocumentDelta, path: readonly Component[]): void {
    for (const name of delta.removed) this.removedFields.push(this.#path([...path, name]))
    for (const [name, value] of delta.updated) this.#set([...path, name], value)
    for (const [name, value] of delta.inserted) this.#set([...path, name], value)
    for (const [name, below] of delta.below) this.#below(below, [...path, name])
  }

  #array(delta: ArrayDelta, path: readonly Component[]): void {
    if (delta.newSize !== undefined) this.truncatedArrays.push({ field: this.#path(path), newSize: delta.newSize })
    const sorted = [...delta.elements].sort(([a], [b]) => a - b)
    for (const [index, change] of sorted) {
      if ('value' in change) this.#set([...path, index], change.value)
      else this.#below(change, [...path, index])
    }
  }

  #below(delta: Delta, path: readonly Component[]): void {
    if (delta instanceof ArrayDelta) this.#array(delta, path)
    else this.document(delta, path)
  }

  #set(path: readonly Component[], value: BsonValue): void {
    this.updatedFields.set(this.#path(path), value)
  }

  /** The dotted path; noted when its dots or numbers do not say what they are. */
  #path(components: readonly Component[]): string {
    const dotted = components.join('.')
    if (components.some((part) => typeof part === 'string' && (part.includes('.') || /^\d+$/.test(part)))) {
      this.disambiguatedPaths.set(
        dotted,
        components.map((part) => (typeof part === 'number' ? new Int32(part) : part)),
      )
    }
    return dotted
  }
}
