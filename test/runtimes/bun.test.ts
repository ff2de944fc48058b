import { describeAdapter } from '../adapters/adapter-suite.ts'
import { relayIn } from './runtimes.ts'

describeAdapter('in Bun', relayIn('bun', 'bun.js'))
