import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { JsonView } from "./jsonView.tsx";

const drawn = (value: unknown): string => renderToStaticMarkup(<JsonView label="Body" json={JSON.stringify(value)} />);

it("short JSON is drawn whole, as text and nothing else", () => {
  const html = drawn({ "<b>": "<script>", list: [1] });
  expect(html.match(/role="treeitem"/g)).toHaveLength(6);
  expect(html).toContain("&lt;b&gt;");
  expect(html).not.toContain("<script>");
  expect(html).not.toContain("Find in Body");
});

it("of a megabyte only what is seen is drawn, and of a long line its beginning", () => {
  const html = drawn({ long: "x".repeat(500_000), lines: Array.from({ length: 50_000 }, (_, at) => ({ at })) });
  expect(html).toContain("Find in Body");
  expect(html).toContain("more characters");
  expect(html.match(/role="treeitem"/g)?.length).toBeLessThan(100);
  expect(html.length).toBeLessThan(60_000);
});
