/** What a URL is below the path that a relay is mounted under; `undefined` where it is elsewhere. */
export function urlBelow(url: string, basePath: string): string | undefined {
  if (!url.startsWith(basePath)) return undefined
  const rest = url.slice(basePath.length)
  if (rest === '' || rest.startsWith('?')) return `/${rest}`
  return rest.startsWith('/') ? rest : undefined
}
