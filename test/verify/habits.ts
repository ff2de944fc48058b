import type { Random } from '../support/random/random.ts'
import type { Wire } from './wire.ts'

/** How a subscriber behaves: reads steadily, stops reading at times, leaves and comes back at once, or after long. */
export type Habit = 'steady' | 'slow' | 'returning' | 'late'

/** A connection that is open. */
export interface Connection {
  readonly wire: Wire
  /** Whether it has received anything. */
  isServed(): boolean
}

/** What {@link followHabit} works with. */
export interface HabitOptions {
  readonly habit: Habit
  readonly random: Random
  /** How long one that is late stays away, in milliseconds; it stays connected for a tenth of that. */
  readonly awayMs: number
  /** Connects. `onEnd` is called when the connection has ended; what follows waits for what it is given. */
  readonly connect: (onEnd: (before?: Promise<void>) => void) => Connection
}

/** Somebody who comes and goes. */
export interface Following {
  /** Ends habits: from now on it reads steadily, and comes back if it is away. */
  settle(): void
  stop(): void
}

/** Connects, and comes back whatever happens. */
export function followHabit({ habit, random, awayMs, connect }: HabitOptions): Following {
  let connection: Connection | undefined
  let reconnect: NodeJS.Timeout | undefined
  let whim: NodeJS.Timeout | undefined
  let isSettled = habit === 'steady'
  let isOver = false

  function open(): void {
    reconnect = undefined
    const opened = connect((before = Promise.resolve()) => {
      if (connection === opened) connection = undefined
      void before.then(() => comeBack(50 + random.below(200)))
    })
    connection = opened
  }

  function comeBack(delayMs: number): void {
    if (!isOver) reconnect = setTimeout(open, delayMs)
  }

  function scheduleWhim(): void {
    if (habit !== 'steady' && !isSettled)
      whim = setTimeout(act, (habit === 'late' ? awayMs / 10 : 300) + random.below(1_500))
  }

  // a whim while disconnected does nothing but wait for the next one
  function act(): void {
    if (habit === 'slow') {
      const stopped = connection?.wire
      stopped?.setReading(false)
      whim = setTimeout(
        () => {
          stopped?.setReading(true)
          scheduleWhim()
        },
        200 + random.below(2_000),
      )
      return
    }
    // one that leaves before it was served would get nowhere, and prove nothing
    if (connection?.isServed()) {
      connection.wire.close()
      connection = undefined
      comeBack(habit === 'late' ? awayMs : random.below(100))
    }
    scheduleWhim()
  }

  open()
  scheduleWhim()
  return {
    settle() {
      isSettled = true
      clearTimeout(whim)
      connection?.wire.setReading(true)
      if (!reconnect) return
      clearTimeout(reconnect)
      open()
    },
    stop() {
      isOver = true
      clearTimeout(whim)
      clearTimeout(reconnect)
      connection?.wire.close()
    },
  }
}
