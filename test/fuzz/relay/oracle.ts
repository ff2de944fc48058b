import { ERROR_CODES } from '../../../src/errors.ts'

/**
 * Codes by which a socket may be closed: those of the two protocols that blame the client (1008: a message in too many
 * pieces), and the usual ones.
 */
const CLOSE_CODES = new Set([1000, 1001, 1002, 1003, 1005, 1007, 1008, 1009, 4400, 4401, 4403, 4406, 4408, 4409, 4429])

/** What is wrong with an answer, whatever it came by; `undefined` when nothing is. */
export function wrongWith(answer: string): string | undefined {
  const codes = [...answer.matchAll(/"code":\s*"([A-Z_]+)"/g)].map(([, code]) => code ?? '')
  const odd = codes.find((code) => !Object.hasOwn(ERROR_CODES, code))
  if (odd !== undefined) return `an answer with the code ${odd}: ${answer.slice(0, 300)}`
  // also behind another answer, whose body ends without a line end
  if (/HTTP\/1\.1 50[0-24-9]/.test(answer)) return `an answer with the status of a failure: ${answer.slice(0, 300)}`
  const ours = withoutPages(answer)
  if (ours.includes('node_modules') || /\n\s+at .*\(/.test(ours)) return `a stack: ${ours.slice(0, 300)}`
  return undefined
}

// GraphiQL is built of packages, and holds their names
function withoutPages(answer: string): string {
  const answers = answer.split(/(?=HTTP\/1\.1 \d{3} )/)
  return answers.filter((one) => !/^content-type: text\/html/im.test(one.slice(0, 2_000))).join('')
}

/** What is wrong with the code that a socket was closed with; `undefined`: it was cut off. */
export function wrongWithClose(code: number | undefined): string | undefined {
  return code === undefined || CLOSE_CODES.has(code) ? undefined : `a socket was closed with ${code}`
}
