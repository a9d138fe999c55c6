import { expect, test } from "vitest";
import { namedBy } from "./namedBy.ts";

const environment = (name: string, id: string) => ({ label: `Café, ${name}`, words: `environment ${id}` });
const entries = [
  environment("Preview 64", "env_3Mq77xYz"),
  environment("Preview 77", "env_3MqAbCdE"),
  { label: "Overview" },
  { label: "Create API key", words: "new make" },
];
const named = (text: string) => namedBy(text, entries).map(({ label }) => label);

test("what is called so comes before what only an id has by chance", () => {
  expect(named("preview 77")).toEqual(["Café, Preview 77", "Café, Preview 64"]);
});

test("all words must be there, in whatever order and case; nothing typed finds all", () => {
  expect(named("KEY new")).toEqual(["Create API key"]);
  expect(named("preview 99")).toEqual([]);
  expect(named(" ")).toEqual(entries.map(({ label }) => label));
});
