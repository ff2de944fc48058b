import { aggregate } from './aggregate.ts'
import { collMod } from './coll-mod.ts'
import type { Command } from './command.ts'
import { configureFailPoint } from './configure-fail-point.ts'
import { count } from './count.ts'
import { createIndexes } from './create-indexes.ts'
import { create } from './create.ts'
import { deleteCommand } from './delete.ts'
import { distinct } from './distinct.ts'
import { dropDatabase } from './drop-database.ts'
import { dropIndexes } from './drop-indexes.ts'
import { drop } from './drop.ts'
import { explain } from './explain.ts'
import { findAndModify } from './find-and-modify.ts'
import { find } from './find.ts'
import { getMore } from './get-more.ts'
import { hello } from './hello.ts'
import { insert } from './insert.ts'
import { killCursors } from './kill-cursors.ts'
import { listCollections } from './list-collections.ts'
import { listCommands } from './list-commands.ts'
import { listDatabases } from './list-databases.ts'
import { listIndexes } from './list-indexes.ts'
import { ping } from './ping.ts'
import { renameCollection } from './rename-collection.ts'
import { replSetGetConfig, replSetGetStatus } from './replica-set.ts'
import {
  buildInfo,
  connectionStatus,
  getCmdLineOpts,
  getDefaultRWConcern,
  getLog,
  getParameter,
  hostInfo,
  serverStatus,
  whatsmyuri,
} from './server-information.ts'
import { endSessions, killAllSessions, killSessions, refreshSessions, startSession } from './sessions.ts'
import { collStats, dbStats } from './statistics.ts'
import { abortTransactionCommand, commitTransaction } from './transactions.ts'
import { update } from './update.ts'
import { replSetStepDown } from './step-down.ts'
import { rolesInfo, usersInfo } from './users.ts'
import { validate } from './validate.ts'

const ALL: readonly Command[] = [
  // finding out about the server
  hello,
  ping,
  buildInfo,
  connectionStatus,
  hostInfo,
  getParameter,
  getDefaultRWConcern,
  whatsmyuri,
  getLog,
  getCmdLineOpts,
  serverStatus,
  replSetGetStatus,
  replSetGetConfig,
  replSetStepDown,
  dbStats,
  collStats,
  usersInfo,
  rolesInfo,
  listCommands(() => ALL),
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
  startSession,
  refreshSessions,
  endSessions,
  killSessions,
  killAllSessions,
  commitTransaction,
  abortTransactionCommand,
  // tests of clients
  configureFailPoint,
]

/** Every command that the engine knows, by name and alias. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  ALL.flatMap((command) => [command.name, ...(command.aliases ?? [])].map((name) => [name, command] as const)),
)
