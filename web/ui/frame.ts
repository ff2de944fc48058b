/** How many times longer than the last drawing the page leaves the thread alone before the next one. */
const REST_FACTOR = 4

/**
 * Gives a function that asks for a drawing: with the next animation frame, once however often it was asked, and less
 * often the longer drawing takes, so that a flood of changes leaves the page usable. A hidden page does not draw at
 * all.
 */
export function createFrame(draw: () => void): () => void {
  let asked = false
  let restUntilMs = 0

  function onFrame(nowMs: number): void {
    if (nowMs < restUntilMs) {
      requestAnimationFrame(onFrame)
      return
    }
    asked = false
    const startMs = performance.now()
    draw()
    const endMs = performance.now()
    restUntilMs = endMs + (endMs - startMs) * REST_FACTOR
  }

  return () => {
    if (asked) return
    asked = true
    requestAnimationFrame(onFrame)
  }
}
