import type { RelayOptions } from '../relay/options.ts'
import type { Config } from './config-file/read-config.ts'

/** What the relay is given of a configuration: all but what is for the program around it. */
export function toRelayOptions({ settings, parts }: Pick<Config, 'settings' | 'parts'>): RelayOptions {
  const { logLevel: _logLevel, logFormat: _logFormat, workers: _workers, ...options } = settings
  return { ...options, ...parts }
}
