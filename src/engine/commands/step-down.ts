import { CommandError } from '../../bson/command-error.ts'
import { commandFields, type Command } from '../request/command.ts'
import { reply } from '../request/reply.ts'

/** How long a primary that steps down takes no writes by default, in seconds. */
const DEFAULT_SECONDS = 60

/**
 * Has the primary step down for so many seconds: its open transactions are aborted, everything else goes on. The only
 * member of a set does so only by `force`, and is elected again when the time is over.
 */
export const replSetStepDown: Command = {
  name: 'replSetStepDown',
  fields: commandFields({ number: ['secondaryCatchUpPeriodSecs'], flag: ['force'] }),
  adminOnly: true,
  run({ server, params }) {
    const seconds = params.count('replSetStepDown') || DEFAULT_SECONDS
    const force = params.flag('force')
    const catchUpSeconds = params.count('secondaryCatchUpPeriodSecs') ?? (force ? 0 : 10)
    if (seconds < catchUpSeconds) {
      throw new CommandError('BadValue', 'stepdown period must be longer than secondaryCatchUpPeriodSecs')
    }
    if (!server.topology.isPrimary) throw new CommandError('NotWritablePrimary', "not primary so can't step down")
    if (!force) {
      // a real server says so when its secondaries had their time to catch up
      throw new CommandError(
        'ExceededTimeLimit',
        'No electable secondaries caught up as of now. Please use the replSetStepDown command with the argument {force: true} to force node to step down.',
      )
    }
    server.topology.stepDown(seconds * 1000)
    server.sessions.abortTransactions()
    return reply({})
  },
}
