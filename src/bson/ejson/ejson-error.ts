/** What is wrong with Extended JSON, for the person who wrote it: where, what was expected and what came. */
export class EjsonError extends Error {
  override readonly name = 'EjsonError'
}
