/**
 * The database of a benchmark, of its own in each run. The processes that it starts inherit the name, as what stands in
 * the environment.
 */
export const DB = (process.env['TAILRACE_BENCH_DB'] ??= `tailrace_bench_${process.pid}`)
