import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import type { PortalSessionOut } from "../../lib/contract/portalAccess.ts";
import { PortalSession } from "../session/portalSession.tsx";
import { RetrySimulator } from "./retrySimulator.tsx";

const session: PortalSessionOut = {
  application: { id: "app_1", uid: null, name: "Own" },
  organizationName: "Acme",
  expiresAt: "2026-12-01T00:00:00Z",
  mayChange: true,
  mayResend: true,
  retrySchedule: [5, 300, 1800, 7200, 18_000, 36_000, 36_000],
  mayManageSecrets: true,
};

const textOf = (own: number[]): string =>
  renderToStaticMarkup(
    <QueryClientProvider client={new QueryClient()}>
      <PortalSession session={session}>
        <RetrySimulator own={own} />
      </PortalSession>
    </QueryClientProvider>,
  ).replaceAll(/<[^>]+>/g, " ");

it("says by the server's schedule when a receiver that was down is reached", () => {
  const text = textOf([]).replaceAll(/\s+/g, " ");
  expect(text).toContain("8 tries, by the server’s schedule: at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h.");
  expect(text).toContain("6 h 6 h 4 min to 9 h 6 min , by try 6");
  expect(text).toContain("1 d 1 d to 1 d 9 h , by try 8 Or given up before");
  expect(text).toContain("3 d Given up before");
  expect(text).toContain("up to 20 % shorter or longer");
});

it("goes by what is typed", () => {
  const text = textOf([60]).replaceAll(/\s+/g, " ");
  expect(text).toContain("2 tries. Given up 48 s to 1 min 12 s after the first.");
  expect(text).toContain("10 min Given up before");
});
