import type { ObjectId } from 'bson'

/** A BSON date beyond the 275,760 years that JavaScript's dates reach. */
export class FarDate extends Date {
  /** Milliseconds since 1970. */
  readonly ms: bigint

  constructor(ms: bigint) {
    super(NaN)
    this.ms = ms
  }

  /** Milliseconds since 1970, to the precision of a double. */
  override getTime(): number {
    return Number(this.ms)
  }
}

/** A BSON DBPointer, which MongoDB has not written since 2009; it is not a {@link https://www.mongodb.com/docs/manual/reference/database-references/ DBRef}. */
export class DbPointer {
  /** The namespace. */
  readonly ref: string
  readonly id: ObjectId

  constructor(ref: string, id: ObjectId) {
    this.ref = ref
    this.id = id
  }
}
