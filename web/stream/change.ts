import type { Change as ClientChange } from '../../src/client/index.ts'

/** What the page asks for of each change. */
export const PAGE_FIELDS = ['clusterTime', 'wallTime', 'ns', 'jsonText'] as const

/** One of {@link PAGE_FIELDS}. */
export type PageField = (typeof PAGE_FIELDS)[number]

/** One change event as the page asks for it. */
export type Change = ClientChange<PageField>
