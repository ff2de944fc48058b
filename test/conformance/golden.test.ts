import { readdirSync, readFileSync } from 'node:fs'
import { BSON } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEngine, type Engine } from '../../src/engine/engine.ts'
import { replay } from './replay.ts'
import type { Transcript } from './transcript.ts'

const FOLDER = new URL('./golden/', import.meta.url)

const recordings = readdirSync(FOLDER).map(
  // canonical Extended JSON: every numeric type keeps its own class
  (file) => BSON.EJSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'), { relaxed: false }) as Transcript,
)

describe('recordings of a real server', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await startEngine()
  })
  afterAll(() => engine.stop())

  it.each(recordings)('answers alike: $name – $description', async (recording) => {
    expect(await replay(engine.host, engine.port, recording)).toEqual([])
  })

  it('tells a difference when there is one', async () => {
    const [seed] = recordings.filter(({ name }) => name === 'seed')
    const changed = JSON.parse(
      BSON.EJSON.stringify(seed, { relaxed: false }).replaceAll('"delete"', '"remove"'),
    ) as object
    const recording = BSON.EJSON.deserialize(changed, { relaxed: false }) as Transcript
    expect(await replay(engine.host, engine.port, recording)).not.toEqual([])
  })
})
