import { expect, vi } from 'vitest'
import type { OpenPage } from './open-page.ts'

/** The rows of inserted documents with these ids. */
export function toRows(...ids: readonly number[]): string[] {
  return ids.map((id) => `insert ${id}`)
}

/** Waits until the page shows exactly these rows, newest first. */
export async function shows(opened: OpenPage, rows: readonly string[]): Promise<void> {
  await vi.waitFor(async () => expect(await opened.rows()).toEqual(rows), { interval: 100 })
}
