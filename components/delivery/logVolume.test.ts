import { expect, it } from "vitest";
import { dayMs } from "../../lib/words/duration.ts";
import { rangeOf } from "./logVolume.tsx";

it("the chart's range is the log's, a day without one, and never longer than figures are kept", () => {
  const before = "2026-11-20T10:00:00.000Z";
  expect(rangeOf("", "")).toEqual({ since: dayMs, until: null });
  expect(rangeOf("", before)).toEqual({ since: "2026-11-19T10:00:00.000Z", until: before });
  expect(rangeOf("2026-11-18T10:00:00.000Z", before)).toEqual({ since: "2026-11-18T10:00:00.000Z", until: before });
  expect(rangeOf("2020-01-01T00:00:00.000Z", before)).toEqual({ since: "2026-08-22T10:00:00.000Z", until: before });
  expect(rangeOf("nonsense", "")).toEqual({ since: dayMs, until: null });
});
