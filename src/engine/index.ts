/**
 * A MongoDB in this process, for trying and testing: a replica set of one, in memory, that drivers and shells connect
 * to.
 *
 * @module
 */
export { type Engine, type EngineOptions, startEngine } from './engine.ts'
