import { expect, it } from "vitest";
import { noFilters } from "./filters.ts";
import { mayMatch } from "./mayMatch.ts";

const row = { applicationId: "app_1", endpointId: "ep_1", eventType: "order.paid" };

it("only what a filter surely does not find is told apart: names and searches are the API's", () => {
  expect(mayMatch(noFilters, row)).toBe(true);
  expect(mayMatch({ ...noFilters, endpointId: "ep_1", applicationId: "app_1", eventTypes: ["order.paid"] }, row)).toBe(true);
  expect(mayMatch({ ...noFilters, endpointId: "main", applicationId: "cafe", search: "4711" }, row)).toBe(true);
  expect(mayMatch({ ...noFilters, endpointId: "ep_2" }, row)).toBe(false);
  expect(mayMatch({ ...noFilters, applicationId: "app_2" }, row)).toBe(false);
  expect(mayMatch({ ...noFilters, eventTypes: ["order.due"] }, row)).toBe(false);
});
