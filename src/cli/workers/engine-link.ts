import type { EngineAccess } from '../../adapters/node/open-mongo.ts'
import { decodeDocument } from '../../bson/codec/decode.ts'
import { encodeDocument } from '../../bson/codec/encode.ts'
import type { Link } from './link.ts'

/** A command for the engine of the primary; BSON as base64. */
export interface EngineCommand {
  readonly db: string
  readonly command: string
}

/** Runs a worker's command in the engine of the primary. */
export async function answerCommand(engine: Pick<EngineAccess, 'run'>, asked: EngineCommand): Promise<string> {
  return toText(await engine.run(asked.db, fromText(asked.command)))
}

/** The engine of the primary, as a worker has it. */
export function toPrimarysEngine(uri: string, primary: Pick<Link, 'ask'>): EngineAccess {
  return {
    uri,
    async run(db, command) {
      const asked: EngineCommand = { db, command: toText(command) }
      return fromText(await primary.ask<string>('run', asked))
    },
    // who has started it stops it
    stop: () => Promise.resolve(),
  }
}

function toText(document: Parameters<typeof encodeDocument>[0]): string {
  return encodeDocument(document).toString('base64')
}

function fromText(text: string): ReturnType<typeof decodeDocument> {
  return decodeDocument(Buffer.from(text, 'base64'))
}
