import { CommandError } from '../../bson/command-error.ts'
import { abortTransaction, type SessionTransaction } from '../sessions/sessions.ts'
import { commandFields, type Command, type CommandContext } from '../request/command.ts'
import { reply } from '../request/reply.ts'

/** Makes a transaction's writes visible. May be repeated. */
export const commitTransaction: Command = {
  name: 'commitTransaction',
  fields: commandFields({ object: ['recoveryToken'] }),
  adminOnly: true,
  inTransaction: true,
  run(context) {
    const current = currentTransaction(context)
    if (current.state === 'open') {
      // no longer open even if applying it fails
      current.state = 'committed'
      current.transaction?.commit()
      current.transaction = undefined
    }
    return reply({})
  },
}

/** Forgets a transaction's writes. */
export const abortTransactionCommand: Command = {
  name: 'abortTransaction',
  fields: commandFields({ object: ['recoveryToken'] }),
  adminOnly: true,
  inTransaction: true,
  run(context) {
    currentTransaction(context)
    if (context.session) abortTransaction(context.session)
    return reply({})
  },
}

function currentTransaction({ session, params }: CommandContext): SessionTransaction {
  if (session?.transaction && params.has('autocommit')) return session.transaction
  throw new CommandError('InvalidOptions', `${[...params.names][0] ?? ''} must be run within a transaction`)
}
