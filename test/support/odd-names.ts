import fc from 'fast-check'

/** Names of fields that JavaScript's objects put elsewhere, or take for something else. */
const ODD_NAMES = ['7', '01', '-1', '1', '0', '4294967294', '4294967295', '4294967296', '1e3', '1.5', '__proto__', '']

/** Names that are in no way odd. */
const PLAIN_NAMES = ['year', 'constructor', 'toString', 'a b', 'é', '$']

/**
 * The fields of a document, as JSON text: odd names, in any order, with values that are documents, lists and numbers,
 * too.
 */
export const oddDocumentText: fc.Arbitrary<string> = fc.letrec<{ readonly value: string; readonly document: string }>(
  (tie) => ({
    document: fc
      .uniqueArray(fc.tuple(fc.constantFrom(...ODD_NAMES, ...PLAIN_NAMES), tie('value')), {
        selector: ([name]) => name,
        minLength: 1,
        maxLength: 5,
      })
      .map((fields) => `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('1', '-7', '0.5', '"text"', 'true', 'null', '{"$numberLong":"9007199254740993"}'),
      tie('document'),
      fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
    ),
  }),
).document

/** Numbers in JSON that JavaScript cannot hold as they are. */
export const UNSAFE_NUMBERS = ['9007199254740993', '-9007199254740993', '9223372036854775807', '1e400', '-1e400']
