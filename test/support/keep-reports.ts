import type { Report } from '#temporal/reports.ts'

/** Reports that Temporal was asked to start, which it refuses while it is away. */
export function keepReports() {
  const kept = {
    started: [] as Report[],
    isTemporalAway: false,
    start: async (report: Report) => {
      if (kept.isTemporalAway) throw new Error('away')
      kept.started.push(report)
    },
  }
  return kept
}
