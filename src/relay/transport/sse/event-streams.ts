import type { RelayValues } from '../../options/values.ts'
import type { ConnectionCounts } from '../connection-counts.ts'
import type { OutputRate } from '../limits/output-rate.ts'
import { type EventStreamSource, sendEventStream, type StreamChannel } from './event-stream.ts'

/** All event streams of a relay. */
export interface EventStreams {
  /** Sends an event stream; settles when it is over. */
  send(channel: StreamChannel, source: EventStreamSource): Promise<void>
  /** Settles when nothing more has to be sent of those that there are. */
  sent(): Promise<unknown>
}

/** What event streams have in common. */
export interface EventStreamsOptions {
  readonly limits: Pick<RelayValues, 'keepAliveMs' | 'maxBufferedBytes' | 'maxStreamMs' | 'slowConsumerMs'>
  readonly outputRate: OutputRate
  readonly counts: ConnectionCounts
}

/** Sends event streams, and counts those that are open. */
export function createEventStreams({ limits, outputRate, counts }: EventStreamsOptions): EventStreams {
  const { keepAliveMs, maxBufferedBytes, maxStreamMs, slowConsumerMs } = limits
  const options = { keepAliveMs, maxBufferedBytes, maxStreamMs, slowConsumerMs, outputRate }
  const channels = new Set<StreamChannel>()
  return {
    send(channel, source) {
      counts.eventStreams++
      channels.add(channel)
      channel.onOver(() => channels.delete(channel))
      return sendEventStream(channel, source, options).finally(() => counts.eventStreams--)
    },
    sent: () => Promise.all([...channels].map((channel) => new Promise<void>((resolve) => channel.onOver(resolve)))),
  }
}
