import type * as Zod from 'zod'

/** A part of the configuration file that is more than one value, and has neither a flag nor a variable. */
export interface Part<T = unknown> {
  /** What it is for, as a fragment. */
  readonly about: string
  /** Whether it comes with objects that do not keep their fields in order as maps; other parts have objects alone. */
  readonly isOrdered?: boolean
  /** Loads its schema, when a file has the part. */
  load(): Promise<Zod.ZodType<T>>
}

/** Parts by their key in the file, which is also the name of the option of `createRelay`. */
export type Parts = Readonly<Record<string, Part>>

/** The values of the parts that a file has. */
export type PartValues<P extends Parts> = { readonly [Key in keyof P]?: P[Key] extends Part<infer T> ? T : never }

/** The parts that there are. */
export const PARTS = {
  auth: {
    about: 'how callers identify themselves; see docs/access.md',
    load: async () => (await import('../../relay/auth/auth-schema.ts')).authSchema,
  },
  rules: {
    about: 'who may see what; see docs/access.md',
    isOrdered: true,
    load: async () => (await import('../../relay/access/rules/rules-schema.ts')).rulesSchema,
  },
} satisfies Parts
