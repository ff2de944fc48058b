import type { Timestamp } from 'bson'
import type { Position } from '../position.ts'
import { toTokenString } from './resume-token.ts'

/**
 * Tokens of the server's own making, whose hex digits order as the positions do, that name no event: the time, the
 * version and the type, which is 0.
 *
 * @see https://github.com/mongodb/mongo/blob/master/src/mongo/db/pipeline/resume_token.h
 */
const HIGH_WATER_MARK = /^82[0-9A-F]{16}2B0[24]29/

/** Whether a token names a point in time that any stream of the deployment can continue from, and no event. */
export function isHighWaterMark(token: string): boolean {
  return HIGH_WATER_MARK.test(token)
}

/**
 * A string that sorts among resume tokens where a position is: the tokens of all events after the position are greater,
 * those of the others are not.
 */
export function positionKey(position: Position): string {
  return 'after' in position ? toTokenString(position.after).toUpperCase() : timeKey(position.at)
}

/** The token of a position that is a cluster time, as servers make them for streams where nothing has happened yet. */
export function timeToken(time: string): string {
  return `${time}2B0429296E04`
}

/** The cluster time that a token of the server's own making names, in seconds since 1970. */
export function tokenSeconds(token: string): number | undefined {
  const [, digits] = /^82([0-9A-F]{8})/i.exec(token) ?? []
  return digits === undefined ? undefined : parseInt(digits, 16)
}

/** The {@link positionKey} of a cluster time: how the tokens of its events begin, with the type byte of a timestamp. */
export function timeKey({ t, i }: Timestamp): string {
  return `82${[t, i].map((half) => half.toString(16).padStart(8, '0').toUpperCase()).join('')}`
}
