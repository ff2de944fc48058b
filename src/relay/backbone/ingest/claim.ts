import type { JetStreamManager, StreamConfig } from '@nats-io/jetstream'
import { RelayError } from '../../../errors.ts'

/**
 * Takes the name of a backbone for a deployment, or finds that it has it. Who has it is said by a stream without
 * messages: of several that try at once, one can make it.
 *
 * @throws RelayError where another deployment has it
 */
export async function claimBackbone(
  { streams }: JetStreamManager,
  backbone: string,
  deployment: string,
  replicas: number,
): Promise<void> {
  const name = `${backbone}_deployment`
  const config: Partial<StreamConfig> & { readonly name: string } = {
    name,
    subjects: [`tailrace.${backbone}.deployment`],
    description: JSON.stringify({ tailrace: 1, deployment }),
    max_msgs: 1,
    num_replicas: replicas,
  }
  const isMade = await streams.add(config).then(
    () => true,
    (error: unknown) => {
      if (isTaken(error)) return false
      throw error
    },
  )
  if (isMade) return
  // it may differ in the number of replicas alone
  const { config: found } = await streams.info(name)
  if (found.description !== config.description) throw otherDeployment(backbone)
}

/** The error for a backbone whose name another deployment has. */
export function otherDeployment(backbone: string): RelayError {
  const whose = `The backbone ${backbone} has the changes of another MongoDB deployment`
  return new RelayError('UPSTREAM_FAILED', `${whose}; choose another \`backboneName\``)
}

/** That there is such a stream, with another configuration, as JetStream numbers its errors. */
const NAME_IN_USE = 10_058

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && Number(error.code) === NAME_IN_USE
}
