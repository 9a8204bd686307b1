// Count, median and 90th percentile of durations. Nearest rank: every number shown is one that was measured, never a mean of two.

export interface Distribution {
  count: number;
  medianMs: number;
  p90Ms: number;
}

/** undefined for none: what was never measured has no median. */
export function distributionOf(durationsMs: readonly number[]): Distribution | undefined {
  const sorted = [...durationsMs].sort((a, b) => a - b);
  const [median, p90] = [nearestRank(sorted, 50), nearestRank(sorted, 90)];
  if (median === undefined || p90 === undefined) return undefined;
  return { count: sorted.length, medianMs: median, p90Ms: p90 };
}

/** The smallest that at least `percent` of all are not above: of four, the second is the median and the fourth the 90th. */
const nearestRank = (sorted: readonly number[], percent: number): number | undefined =>
  sorted[Math.ceil((percent * sorted.length) / 100) - 1];
