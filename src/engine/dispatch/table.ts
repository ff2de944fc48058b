import { aggregate } from '../commands/aggregate.ts'
import { collMod } from '../commands/coll-mod.ts'
import type { Command } from '../request/command.ts'
import { configureFailPoint } from '../commands/configure-fail-point.ts'
import { count } from '../commands/count.ts'
import { createIndexes } from '../commands/create-indexes.ts'
import { create } from '../commands/create.ts'
import { deleteCommand } from '../commands/delete.ts'
import { distinct } from '../commands/distinct.ts'
import { dropDatabase } from '../commands/drop-database.ts'
import { dropIndexes } from '../commands/drop-indexes.ts'
import { drop } from '../commands/drop.ts'
import { explain } from '../commands/explain.ts'
import { findAndModify } from '../commands/find-and-modify.ts'
import { find } from '../commands/find.ts'
import { getMore } from '../commands/get-more.ts'
import { hello } from '../commands/hello.ts'
import { insert } from '../commands/insert.ts'
import { killCursors } from '../commands/kill-cursors.ts'
import { listCollections } from '../commands/list-collections.ts'
import { listDatabases } from '../commands/list-databases.ts'
import { listIndexes } from '../commands/list-indexes.ts'
import { renameCollection } from '../commands/rename-collection.ts'
import * as replicaSet from '../commands/replica-set.ts'
import * as serverInformation from '../commands/server-information.ts'
import * as sessions from '../commands/sessions.ts'
import * as statistics from '../commands/statistics.ts'
import * as transactions from '../commands/transactions.ts'
import { update } from '../commands/update.ts'
import { replSetStepDown } from '../commands/step-down.ts'
import { validate } from '../commands/validate.ts'

const ALL: readonly Command[] = [
  // finding out about the server
  hello,
  ...Object.values(serverInformation),
  ...Object.values(replicaSet),
  replSetStepDown,
  ...Object.values(statistics),
  // documents
  insert,
  update,
  deleteCommand,
  findAndModify,
  find,
  getMore,
  killCursors,
  aggregate,
  count,
  distinct,
  explain,
  // the catalog
  create,
  drop,
  dropDatabase,
  renameCollection,
  collMod,
  listDatabases,
  listCollections,
  createIndexes,
  listIndexes,
  dropIndexes,
  validate,
  // sessions and transactions
  ...Object.values(sessions),
  ...Object.values(transactions),
  // tests of clients
  configureFailPoint,
]

/** Every command that the engine knows, by name and alias. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  ALL.flatMap((command) => [command.name, ...(command.aliases ?? [])].map((name) => [name, command] as const)),
)
