import { startEngine } from '../../src/engine/engine.ts'

// The engine in a process of its own, so that its CPU can be told from the client's. Answers each message with the CPU
// that it has used so far, in microseconds.
const engine = await startEngine()
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuMicros: user + system })
})
process.on('disconnect', () => process.exit())
process.send?.({ uri: engine.uri })
