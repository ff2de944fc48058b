import type { Target } from '../harness/target.ts'
import { commandFuzzer } from './command-fuzzer.ts'
import { type EngineUnderTest, startEngineUnderTest } from './engine-under-test.ts'
import { sessionFuzzer } from './session-fuzzer.ts'
import { wireFuzzer } from './wire-fuzzer.ts'
import { workFuzzer } from './work-fuzzer.ts'

/** The embedded engine, by its wire protocol. */
export const ENGINE: Target<EngineUnderTest> = {
  start: startEngineUnderTest,
  // one at a time: each has documents of its own, and looks at what is open in the end
  sessions: [[wireFuzzer], [commandFuzzer], [sessionFuzzer], [workFuzzer]],
  // while it works, its heap; then the oplog, and code that was compiled meanwhile
  memory: { meanwhile: Infinity, afterwards: 64 * 1024 * 1024 },
}
