/** One word for each percentile, wherever it stands. */
export const percentileWords = { p50: "Median", p95: "95 % within", p99: "99 % within" } as const;
