import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { type Filters, noFilters } from "./filters.ts";
import { Nothing } from "./nothing.tsx";
import { Unusable } from "./unusable.tsx";

const clear = () => undefined;
const shown = (filters: Partial<Filters>, isPortal = false) =>
  renderToStaticMarkup(<Nothing filters={{ ...noFilters, ...filters }} isPortal={isPortal} base="/org/env" clear={clear} />);

test("where an id or a word finds nothing, the log says what else to try", () => {
  for (const isPortal of [false, true]) expect(shown({ messageId: "4711" }, isPortal)).toContain("goes into Search payloads");
  expect(shown({ messageId: "4711" })).toContain("a customer’s name into Application");
  expect(shown({ messageId: "4711" }, true)).not.toContain("Application");
  expect(shown({ search: "471" })).toContain("Whole words are found");
  expect(shown({ status: ["failed"] })).toMatch(/No deliveries match these filters<\/p><button/);
});

test("what is no id is answered with what may be pasted", () => {
  const fault = (name: string) => ({ name, text: "must be only letters", type: null });
  const of = (name: string) => renderToStaticMarkup(<Unusable fault={fault(name)} base="/org/env" clear={clear} />);
  expect(of("message_id")).toContain("Paste one id, or a line with one");
  expect(of("tag")).toContain("must be only letters");
});
