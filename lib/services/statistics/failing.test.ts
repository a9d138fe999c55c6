import { expect, it } from "vitest";
import type { Failing } from "../../db/sql/figures/overview.ts";
import { groupsOf } from "./failing.ts";

const failing = (id: string, change: Partial<Failing>): Failing => ({
  id,
  url: `https://${id}.example/`,
  description: "",
  applicationId: "app_1",
  applicationName: "Café Central",
  failingSince: new Date("2026-11-01T10:00:00Z"),
  disabledReason: null,
  lastErrorClass: "status",
  lastStatusCode: 500,
  lastAttemptAt: null,
  succeeded: 0,
  failed: 1,
  ...change,
});

it("puts together what one customer's endpoints fail of, and counts endpoints and attempts", () => {
  const groups = groupsOf([
    failing("ep_1", { failed: 3 }),
    failing("ep_2", { applicationId: "app_2", failed: 100 }),
    failing("ep_3", { failed: 4, disabledReason: "failing" }),
    failing("ep_4", { lastErrorClass: "timeout", lastStatusCode: 0 }),
  ]);
  expect(groups).toMatchObject([
    { applicationId: "app_2", endpoints: 1, failed: 100 },
    { applicationId: "app_1", statusCode: 500, endpoints: 2, disabled: 1, failed: 7, endpointId: "ep_1" },
    { applicationId: "app_1", errorClass: "timeout", endpoints: 1 },
  ]);
});
