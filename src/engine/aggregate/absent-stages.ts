const NAMES = `
  bucket bucketAuto changeStreamSplitLargeEvent densify fill geoNear indexStats listLocalSessions
  listSampledQueries listSearchIndexes listSessions planCacheStats queryStats search searchMeta setWindowFields
  shardedDataDistribution sortByCount vectorSearch
`

/** Stages of real servers that the embedded engine refuses by name in pipelines. */
export const ABSENT_STAGES: ReadonlySet<string> = new Set(
  NAMES.trim()
    .split(/\s+/)
    .map((name) => `$${name}`),
)
