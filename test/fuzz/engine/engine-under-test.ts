import { startSubject, type Subject } from '../harness/subject.ts'
import type { EngineAddress, EngineWork } from './engine-process.ts'

/** An engine in a process of its own. */
export type EngineUnderTest = Subject & EngineAddress

const HEAP_MIB = 2_048

/** Starts one. The caller stops it. */
export function startEngineUnderTest(): Promise<EngineUnderTest> {
  return startSubject(new URL('./engine-process.ts', import.meta.url), HEAP_MIB)
}

/** What it has done so far. @throws Error when the process died */
export function workOf(engine: EngineUnderTest): Promise<EngineWork> {
  return engine.ask('work')
}
