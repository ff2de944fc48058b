/** `npm run fuzz [relay] […]`: fuzzes the embedded engine, or the relay. What follows is in the file that is run. */
if (process.argv[2] === 'relay') {
  process.argv.splice(2, 1)
  await import('./relay/run.ts')
} else {
  await import('./engine/run.ts')
}

export {}
