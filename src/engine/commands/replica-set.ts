import { doc, Double, Int32, Long, type BsonDocument } from '../../bson/values.ts'
import { REPLICA_SET } from '../topology.ts'
import type { Command, CommandContext } from '../request/command.ts'
import { reply } from '../request/reply.ts'

/** The state of the replica set of one, for `rs.status()`. */
export const replSetGetStatus: Command = {
  name: 'replSetGetStatus',
  adminOnly: true,
  run(context) {
    const { server } = context
    const { isPrimary, term } = server.topology
    const optime = opTime(context)
    const uptime = new Int32(Math.floor((server.now() - server.topology.startedAt.getTime()) / 1000))
    return reply({
      set: REPLICA_SET,
      date: new Date(server.now()),
      myState: new Int32(isPrimary ? 1 : 2),
      term: new Long(term),
      syncSourceHost: '',
      syncSourceId: new Int32(-1),
      heartbeatIntervalMillis: new Long(2000),
      majorityVoteCount: new Int32(1),
      writeMajorityCount: new Int32(1),
      votingMembersCount: new Int32(1),
      writableVotingMembersCount: new Int32(1),
      optimes: doc({
        lastCommittedOpTime: optime,
        readConcernMajorityOpTime: optime,
        appliedOpTime: optime,
        durableOpTime: optime,
      }),
      members: [
        doc({
          _id: new Int32(0),
          name: server.topology.address,
          health: new Double(1),
          state: new Int32(isPrimary ? 1 : 2),
          stateStr: isPrimary ? 'PRIMARY' : 'SECONDARY',
          uptime,
          optime,
          optimeDate: new Date(server.store.oplog.lastTime.t * 1000),
          syncSourceHost: '',
          syncSourceId: new Int32(-1),
          infoMessage: '',
          electionTime: server.store.oplog.lastTime,
          electionDate: server.topology.startedAt,
          configVersion: new Int32(1),
          configTerm: new Int32(1),
          self: true,
          lastHeartbeatMessage: '',
        }),
      ],
    })
  },
}

/** The configuration of the replica set of one, for `rs.conf()`. */
export const replSetGetConfig: Command = {
  name: 'replSetGetConfig',
  adminOnly: true,
  run: ({ server }) =>
    reply({
      config: doc({
        _id: REPLICA_SET,
        version: new Int32(1),
        term: new Int32(1),
        members: server.topology.members().map(
          (member): BsonDocument =>
            new Map([
              ...member,
              ...doc({
                arbiterOnly: false,
                buildIndexes: true,
                hidden: false,
                priority: new Double(1),
                tags: doc({}),
                secondaryDelaySecs: new Long(0),
                votes: new Int32(1),
              }),
            ]),
        ),
        protocolVersion: new Long(1),
        writeConcernMajorityJournalDefault: false,
        settings: doc({ replicaSetId: server.topology.replicaSetId }),
      }),
    }),
}

function opTime({ server }: CommandContext): BsonDocument {
  return doc({ ts: server.store.oplog.lastTime, t: new Long(server.topology.term) })
}
