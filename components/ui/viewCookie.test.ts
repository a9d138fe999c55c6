import { expect, it } from "vitest";
import { writeView } from "./changeView.ts";
import { readView } from "./viewCookie.ts";

it("what was chosen of lists comes back from the cookie", () => {
  const view = { compact: true, panelPx: 480, toggled: { deliveries: ["latency", "lastAttempt"], messages: ["id"] } };
  expect(readView(writeView(view))).toEqual(view);
  expect(writeView(view)).toMatch(/^[a-zA-Z0-9.=&]+$/);
  expect(readView(writeView({ compact: false, panelPx: null, toggled: {} }))).toEqual({ compact: false, panelPx: null, toggled: {} });
});

it("a cookie that somebody else wrote counts for nothing", () => {
  for (const text of ["", "panel=-1", "panel=x", "panel=1e999", "deliveries", "=a", "__proto__=%00", "a b=c", "panel=&&&==", "de-l=x"])
    expect(readView(text)).toEqual({ compact: false, panelPx: null, toggled: {} });
});
