import type { JetStreamManager, StreamConfig } from '@nats-io/jetstream'
import { RelayError } from '../../../errors.ts'
import { makeStream } from '../log/make-stream.ts'
import { errorNumber } from '../log/refusal.ts'

/**
 * Takes the name of a backbone for a deployment, or finds that it has it. Who has it is said by a stream without
 * messages: of several that try at once, one can make it.
 *
 * @throws RelayError where another deployment has it
 */
export async function claimBackbone(
  manager: JetStreamManager,
  backbone: string,
  deployment: string,
  replicas: number,
): Promise<void> {
  const name = `${backbone}_deployment`
  const config: Partial<StreamConfig> = {
    name,
    subjects: [`tailrace.${backbone}.deployment`],
    description: JSON.stringify({ tailrace: 1, deployment }),
    max_msgs: 1,
    num_replicas: replicas,
  }
  const isMade = await makeStream(manager, config).then(
    () => true,
    (error: unknown) => {
      if (errorNumber(error) === NAME_IN_USE) return false
      throw error
    },
  )
  if (isMade) return
  // it may differ in the number of replicas alone
  const { config: found } = await manager.streams.info(name)
  if (found.description !== config.description) throw otherDeployment(backbone)
}

/** The error for a backbone whose name another deployment has. */
export function otherDeployment(backbone: string): RelayError {
  const whose = `The backbone ${backbone} has the changes of another MongoDB deployment`
  return new RelayError('UPSTREAM_FAILED', `${whose}; choose another \`backboneName\``)
}

/** That there is such a stream, with another configuration, as JetStream numbers its errors. */
const NAME_IN_USE = 10_058
