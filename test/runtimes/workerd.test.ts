import { describeAdapter } from '../adapters/adapter-suite.ts'
import { relayIn } from './runtimes.ts'

describeAdapter('in workerd', relayIn('workerd', 'worker.js'))
