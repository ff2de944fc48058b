import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { BSON } from 'mongodb'
import type { SpecFile } from './spec-file.ts'

/** The newest minor version of schema 1 that the runner knows. */
const SCHEMA_MINOR = 7

/**
 * The folder with the specification tests: in `TAILRACE_CONFORMANCE`, or beside this project. They are not part of the
 * project, whose licence is another one. Undefined when they are in neither place.
 */
export function findSpecFolder(name: string): string | undefined {
  const homes = [process.env['TAILRACE_CONFORMANCE'], resolve(import.meta.dirname, '../../../../shared/conformance')]
  return homes.flatMap((home) => (home ? [join(home, 'specs', name)] : [])).find((folder) => existsSync(folder))
}

/** The files of a folder, by name; none when there is no folder. */
export function loadSpecFiles(folder: string | undefined): SpecFile[] {
  if (!folder) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readSpecFile(join(folder, name)))
}

/** @throws Error for a file whose schema is newer than the runner */
function readSpecFile(path: string): SpecFile {
  // files are checked against their schema where they come from
  const file = BSON.EJSON.parse(readFileSync(path, 'utf8')) as SpecFile
  const [major, minor] = file.schemaVersion.split('.').map(Number)
  if (major === 1 && (minor ?? 0) <= SCHEMA_MINOR) return file
  throw new Error(`${path} has schema version ${file.schemaVersion}, this runner knows 1.0 to 1.${SCHEMA_MINOR}`)
}
