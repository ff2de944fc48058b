import { doc, Double, Int32, isDocument, Long, ObjectId, type BsonDocument } from '../../bson/values.ts'
import { isEqual } from '../../bson/compare.ts'
import { CommandError } from '../../bson/command-error.ts'
import { MAX_DOCUMENT_BYTES } from '../../bson/types.ts'
import { MAX_WIRE_VERSION, REPLICA_SET } from '../topology.ts'
import { MAX_MESSAGE_BYTES } from '../wire/header.ts'
import { MAX_WRITE_BATCH } from '../wire/message.ts'
import { MAX_AWAIT_MS } from '../reading/await-limit.ts'
import type { Command, CommandContext } from '../request/command.ts'
import { reply } from '../request/reply.ts'
import { sleepUnlessAborted } from '../../util/waiting/sleep.ts'

/**
 * What a client asks first, and keeps asking: who the server is. With the version that the client knows and
 * `maxAwaitTimeMS`, the answer waits until something changes or that time is over.
 * @see
 *   https://github.com/mongodb/specifications/blob/master/source/server-discovery-and-monitoring/server-monitoring.md
 */
export const hello: Command = {
  name: 'hello',
  aliases: ['isMaster', 'ismaster'],
  inTransaction: false,
  monitoring: true,
  streams: true,
  async run(context) {
    await awaitChange(context)
    const { server, connection, request } = context
    const { topology } = server
    const { isPrimary, version } = topology
    // each answer of an exhaust stream but the first waits for a change from the one before it
    if (request.body.has('topologyVersion')) request.body.set('topologyVersion', version)
    const legacy = !request.body.has('hello')
    return reply({
      ...(legacy ? { ismaster: isPrimary, helloOk: true } : { isWritablePrimary: isPrimary, helloOk: true }),
      topologyVersion: version,
      hosts: [topology.address],
      setName: REPLICA_SET,
      setVersion: new Int32(1),
      secondary: !isPrimary,
      ...(isPrimary ? { primary: topology.address } : {}),
      me: topology.address,
      ...(isPrimary ? { electionId: topology.electionId } : {}),
      lastWrite: lastWrite(context),
      maxBsonObjectSize: new Int32(MAX_DOCUMENT_BYTES),
      maxMessageSizeBytes: new Int32(MAX_MESSAGE_BYTES),
      maxWriteBatchSize: new Int32(MAX_WRITE_BATCH),
      localTime: new Date(server.now()),
      logicalSessionTimeoutMinutes: new Int32(30),
      connectionId: new Int32(connection.id),
      minWireVersion: new Int32(0),
      maxWireVersion: new Int32(MAX_WIRE_VERSION),
      readOnly: false,
      ok: new Double(1),
    })
  },
}

function lastWrite({ server }: CommandContext): BsonDocument {
  const time = server.store.oplog.lastTime
  const opTime = doc({ ts: time, t: new Long(server.topology.term) })
  const date = new Date(time.t * 1000)
  return doc({ opTime, lastWriteDate: date, majorityOpTime: opTime, majorityWriteDate: date })
}

async function awaitChange({ params, server, signal }: CommandContext): Promise<void> {
  const known = params.value('topologyVersion')
  const maxMs = params.milliseconds('maxAwaitTimeMS')
  if (known === undefined && maxMs === undefined) return
  if (!isDocument(known) || maxMs === undefined) {
    throw new CommandError(
      31368,
      'A request with a topologyVersion must include maxAwaitTimeMS, and the other way round',
    )
  }
  if (!(known.get('processId') instanceof ObjectId) || !isEqual(known, server.topology.version)) return
  await sleepUnlessAborted(Math.min(maxMs, MAX_AWAIT_MS), signal, server.topology.changed)
}
