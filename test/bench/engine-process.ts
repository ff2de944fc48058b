import { startEngine } from '../../src/engine/engine.ts'
import { serveParent } from '../support/process/serve-parent.ts'

// The engine in a process of its own, so that its CPU can be told from the client's.
serveParent({ start: async () => (await startEngine()).uri })
