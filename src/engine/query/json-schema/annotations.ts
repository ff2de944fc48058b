import { keywordError, type Keyword } from './keyword.ts'

const text: Keyword = (operand, { name }) => {
  if (typeof operand !== 'string') throw keywordError('TypeMismatch', name, 'must be of type string')
  return undefined
}

/** Keywords for people, which restrict nothing. */
export const ANNOTATION_KEYWORDS: Readonly<Record<string, Keyword>> = { title: text, description: text }
