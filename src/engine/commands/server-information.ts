import { arch, cpus, hostname, totalmem, type, release } from 'node:os'
import { doc, Double, Int32, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { MAX_DOCUMENT_BYTES } from '../../bson/types.ts'
import { CommandError } from '../../bson/command-error.ts'
import { sizeValue } from '../storage/collection.ts'
import { MAX_WIRE_VERSION, REPLICA_SET, SERVER_VERSION } from '../topology.ts'
import { commandFields, type Command } from '../request/command.ts'
import { reply } from '../request/reply.ts'

/** The version. Says that it is the embedded engine. */
export const buildInfo: Command = {
  name: 'buildInfo',
  aliases: ['buildinfo'],
  fields: commandFields({}),
  run: () =>
    reply({
      version: SERVER_VERSION,
      gitVersion: 'tailrace embedded engine',
      modules: ['tailrace'],
      allocator: 'none',
      javascriptEngine: 'none',
      sysInfo: 'deprecated',
      versionArray: [...SERVER_VERSION.split('.').map((part) => new Int32(Number(part))), new Int32(0)],
      openssl: doc({ running: 'none', compiled: 'none' }),
      buildEnvironment: doc({}),
      bits: new Int32(64),
      debug: false,
      maxBsonObjectSize: new Int32(MAX_DOCUMENT_BYTES),
      storageEngines: ['tailrace'],
    }),
}

/** Who is logged in: no one, because the engine has no users. */
export const connectionStatus: Command = {
  name: 'connectionStatus',
  fields: commandFields({ any: ['showPrivileges'] }),
  run: () =>
    reply({ authInfo: doc({ authenticatedUsers: [], authenticatedUserRoles: [], authenticatedUserPrivileges: [] }) }),
}

/** The client's address. */
export const whatsmyuri: Command = {
  name: 'whatsmyuri',
  fields: commandFields({}),
  run: ({ connection }) => reply({ you: connection.peer }),
}

/** The machine. */
export const hostInfo: Command = {
  name: 'hostInfo',
  fields: commandFields({}),
  run: ({ server }) =>
    reply({
      system: doc({
        currentTime: new Date(server.now()),
        hostname: hostname(),
        cpuAddrSize: new Int32(64),
        memSizeMB: sizeValue(Math.floor(totalmem() / 1024 / 1024)),
        numCores: new Int32(cpus().length),
        cpuArch: arch(),
      }),
      os: doc({ type: type(), name: type(), version: release() }),
      extra: doc({}),
    }),
}

/** Server parameters that clients ask for. */
const PARAMETERS: BsonDocument = doc({
  featureCompatibilityVersion: doc({ version: SERVER_VERSION.split('.').slice(0, 2).join('.') }),
  authenticationMechanisms: [],
  maxIncomingConnections: new Int32(1_000_000),
  // fail points can be set
  enableTestCommands: true,
})

/** Reads server parameters. */
export const getParameter: Command = {
  name: 'getParameter',
  adminOnly: true,
  run({ params }) {
    const asked = params.value('getParameter')
    const names = asked === '*' ? [...PARAMETERS.keys()] : [...params.names].filter((name) => PARAMETERS.has(name))
    if (names.length === 0) throw new CommandError('InvalidOptions', 'no option found to get')
    return reply(Object.fromEntries(names.map((name) => [name, PARAMETERS.get(name) as BsonValue])))
  },
}

/** The log, of which there is none but the warning that a shell shows at its start. */
export const getLog: Command = {
  name: 'getLog',
  adminOnly: true,
  fields: commandFields({}),
  run({ params }) {
    if (params.value('getLog') === '*') return reply({ names: ['global', 'startupWarnings'] })
    return reply({ totalLinesWritten: new Int32(0), log: [] })
  },
}

/** How the server was started. */
export const getCmdLineOpts: Command = {
  name: 'getCmdLineOpts',
  adminOnly: true,
  fields: commandFields({}),
  run: () => reply({ argv: ['tailrace', 'engine'], parsed: doc({ replication: doc({ replSet: REPLICA_SET }) }) }),
}

/** Figures of the running server. */
export const serverStatus: Command = {
  name: 'serverStatus',
  run({ server }) {
    const uptimeMs = server.now() - server.topology.startedAt.getTime()
    return reply({
      host: server.topology.address,
      version: SERVER_VERSION,
      process: 'tailrace',
      uptime: new Double(Math.floor(uptimeMs / 1000)),
      uptimeMillis: sizeValue(uptimeMs),
      localTime: new Date(server.now()),
      connections: doc({ current: new Int32(server.connections().length), available: new Int32(1_000_000) }),
      metrics: doc({ cursor: doc({ open: doc({ total: new Int32(server.cursors.size) }) }) }),
      repl: doc({
        setName: REPLICA_SET,
        isWritablePrimary: server.topology.isPrimary,
        hosts: [server.topology.address],
      }),
      storageEngine: doc({ name: 'tailrace', persistent: false, supportsCommittedReads: true }),
      logicalSessionRecordCache: doc({ activeSessionsCount: new Int32(server.sessions.size) }),
      maxWireVersion: new Int32(MAX_WIRE_VERSION),
    })
  },
}

/** The defaults of read and write concern. */
export const getDefaultRWConcern: Command = {
  name: 'getDefaultRWConcern',
  adminOnly: true,
  run: () =>
    reply({
      defaultReadConcern: doc({ level: 'local' }),
      defaultWriteConcern: doc({ w: 'majority', wtimeout: new Int32(0) }),
      defaultReadConcernSource: 'implicit',
      defaultWriteConcernSource: 'implicit',
    }),
}

/** Answers, and nothing else. */
export const ping: Command = { name: 'ping', fields: commandFields({}), run: () => reply({}) }

/** The users of a database: none, because the engine has no authentication. */
export const usersInfo: Command = { name: 'usersInfo', run: () => reply({ users: [] }) }

/** The roles of a database: none. */
export const rolesInfo: Command = { name: 'rolesInfo', run: () => reply({ roles: [] }) }
