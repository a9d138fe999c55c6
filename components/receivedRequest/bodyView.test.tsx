import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { CodeBlock } from "../ui/codeBlock.tsx";
import { BodyView } from "./bodyView.tsx";

const drawn = (bytes: Buffer, text: string | null, contentType: string): string =>
  renderToStaticMarkup(
    createElement(BodyView, {
      id: "rcv_1",
      body: { text, base64: bytes.toString("base64") },
      contentType,
      bytes: bytes.length,
    }),
  );

test("a body that is no text shows as hex, and can be had whole", () => {
  const html = drawn(Buffer.from([0, 255, 137, 80]), null, "application/octet-stream");
  expect(html).toContain("00 ff 89 50");
  expect(html).toContain("Download");
  expect(html).toContain("application/octet-stream, 4 bytes");
});

test("a text stays a text", () => {
  const html = drawn(Buffer.from("plain"), "plain", "text/plain");
  expect(html).toContain("plain</textarea>");
  expect(html).not.toContain("Download");
});

test("code is shown up to a length, and says so", () => {
  const short = renderToStaticMarkup(createElement(CodeBlock, { title: "cURL", code: "a".repeat(16_384) }));
  expect(short).not.toContain("The first");
  const long = renderToStaticMarkup(createElement(CodeBlock, { title: "cURL", code: "a".repeat(1_000_000) }));
  expect(long.length).toBeLessThan(20_000);
  expect(long).toContain("The first 16,384 of 1,000,000 characters; a copy has all of them.");
});
