import fc from 'fast-check'
import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import { Random } from './random.ts'
import { document } from './values.ts'

/** How many choices something is made of at most that is not chosen by chance alone. */
const MAX_CHOICES = 400
/** What is chosen when the choices are used up: by {@link Random}, little, and nothing that is rare. */
const USUAL = 1

/**
 * What a generator makes, for properties. What fast-check varies, and makes smaller where a property does not hold, are
 * the choices of the generator: fewer of them, and smaller ones, make something simpler.
 */
export function arbitraryOf<T>(generate: (random: Random) => T): fc.Arbitrary<T> {
  const choice = fc.nat(2 ** 32 - 1)
  return fc.array(choice, { maxLength: MAX_CHOICES, size: 'max' }).map((choices) => {
    let at = 0
    // a choice that was made as small as can be is the usual one
    return generate(new Random(() => ((choices[at++] ?? 0) + USUAL) >>> 0))
  })
}

/** Documents with values of every BSON type, hostile names and texts among them. */
export const anyDocument = arbitraryOf((random) => document(random, 3))

/** The bytes of {@link anyDocument}. */
export const anyBson = anyDocument.map((one) => encodeDocument(one))
