/** Endpoints that fail, put together by whose they are and how they fail: twenty URLs of one customer are one trouble. */
import type { OverviewOut } from "../../contract/overview.ts";
import type { Failing } from "../../db/sql/figures/overview.ts";

type Group = OverviewOut["failing"]["groups"][number];

/** `failing`: the longest failing first. */
export function groupsOf(failing: readonly Failing[]): Group[] {
  const groups = new Map<string, Group>();
  for (const endpoint of failing) {
    const { applicationId, applicationName, lastErrorClass, lastStatusCode, disabledReason, failed, failingSince, id, url } = endpoint;
    const key = JSON.stringify([applicationId, lastErrorClass, lastStatusCode]);
    const group = groups.get(key) ?? {
      applicationId,
      applicationName,
      errorClass: lastErrorClass as Group["errorClass"],
      statusCode: lastStatusCode,
      endpoints: 0,
      disabled: 0,
      failed: 0,
      failingSince: failingSince?.toISOString() ?? null,
      endpointId: id,
      url,
    };
    group.endpoints += 1;
    group.failed += failed;
    if (disabledReason !== null) group.disabled += 1;
    groups.set(key, group);
  }
  return [...groups.values()].toSorted((one, other) => other.failed - one.failed);
}
