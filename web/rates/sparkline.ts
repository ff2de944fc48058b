/**
 * Gives the path of a sparkline, for the attribute `d` of an SVG `path` in a view box of `0 0 width height`: from the
 * first point at the left edge to the last one at the right edge, the largest at the top. Points that are all 0 are a
 * line at the bottom.
 */
export function toSparkline(points: readonly number[], width: number, height: number): string {
  const most = Math.max(1, ...points)
  const step = points.length > 1 ? width / (points.length - 1) : 0
  return points
    .map((point, at) => `${at === 0 ? 'M' : 'L'}${round(at * step)} ${round(height - (point / most) * height)}`)
    .join('')
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
