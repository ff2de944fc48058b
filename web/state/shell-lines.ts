import type { Collection } from './sandbox-target.ts'

/** Whether `use` takes the name of a database as it is. */
export function isShellName(db: string): boolean {
  return /^[\w-]+$/.test(db)
}

/**
 * Gives the lines to type into `mongosh` to see an insert, an update and a delete in a collection. The names are quoted
 * where the shell needs it.
 */
export function toShellLines({ db, coll }: Collection): string {
  // names that are also methods of the shell's database object, or that are no identifiers, need the long form
  const isPlain =
    /^[a-z_]\w*$/i.test(coll) && !/^(get|create|drop|run|admin|aggregate|watch|stats|version|_)/.test(coll)
  const collection = isPlain ? `db.${coll}` : `db.getCollection(${JSON.stringify(coll)})`
  return [
    isShellName(db) ? `use ${db}` : `db = db.getSiblingDB(${JSON.stringify(db)})`,
    `${collection}.insertOne({})`,
    `${collection}.updateOne({}, {$set: {x: 1}})`,
    `${collection}.deleteOne({})`,
  ].join('\n')
}
