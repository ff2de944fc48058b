import { readFileSync } from 'node:fs'

/** Gives the content of a file. @throws Error that says why it cannot be read */
export type ReadText = (path: string) => string

/** Reads files where they are. */
export const fromDisk: ReadText = (path) => readFileSync(path, 'utf8')

/** The same, and keeps the content of each by its path. */
export function keeping(files: Map<string, string>): ReadText {
  return (path) => {
    const text = fromDisk(path)
    files.set(path, text)
    return text
  }
}

/** Gives what was kept, whatever the files hold by now. */
export function fromKept(files: ReadonlyMap<string, string>): ReadText {
  return (path) => {
    const text = files.get(path)
    if (text === undefined) throw new Error(`${path} was not read before`)
    return text
  }
}
