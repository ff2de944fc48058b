import type { Pages } from '../../src/relay/handler-options.ts'

/** The pages as `tailrace/pages` has them, which `npm run build` makes. */
export async function builtPages(): Promise<Pages> {
  const module: string = new URL('../../dist/pages.js', import.meta.url).href
  // what its types say
  return ((await import(module)) as { readonly pages: Pages }).pages
}
