import { describeAdapter } from '../adapters/adapter-suite.ts'
import { relayIn } from './runtimes.ts'

describeAdapter('in Deno', relayIn('deno', 'deno.js'))
