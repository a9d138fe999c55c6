import { describe, expect, it } from "vitest";
import { readBody } from "./body/body.ts";
import { maximumWords, wordsOfMessage, wordsOfSearch } from "./searchWords.ts";

const wordsOf = (body: string, contentType: string, more = {}): Set<string> => {
  const read = readBody({ body: Buffer.from(body), contentType });
  return new Set(wordsOfMessage({ body: read, eventId: null, tags: [], metadata: null, headers: [], ...more }));
};
const finds = (search: string, words: Set<string>): boolean => {
  const wanted = wordsOfSearch(search);
  return wanted.length > 0 && wanted.every((word) => words.has(word));
};

describe("a payload is found by what stands in it", () => {
  const order = wordsOf(
    JSON.stringify({
      order: { id: "ORD-4711", note: "Für Frau Müller: bitte klingeln" },
      items: [{ sku: "A1" }, { sku: "B2" }],
      total: 12.5,
      paid: true,
      "big.id": 1,
    }).replace('"big.id":1', '"big":82025227314455255420'),
    "application/json",
  );

  it.each([
    "4711",
    "ord-4711",
    "ORD 4711",
    "order.id=4711",
    "id=ord-4711",
    "Order.ID=ORD-4711",
    "müller",
    "MÜLLER klingeln",
    'note="frau müller"',
    "items.sku=b2",
    "sku=A1 sku=B2",
    "total=12.5",
    "paid=true",
    "big=82025227314455255420",
  ])("%s", (search) => expect(finds(search, order)).toBe(true));

  it.each(["471", "4712", "order.id=b2", "items.sku=4711", "sku=A1 4712", "", "  ", "=", "--", '""', "id="])("not by %j", (search) =>
    expect(finds(search, order)).toBe(false),
  );
});

it("forms, XML, NDJSON and plain text are read as what they are", () => {
  expect(finds("customer.name=jane", wordsOf("customer.name=Jane&x=1", "application/x-www-form-urlencoded"))).toBe(true);
  expect(finds("4711", wordsOf("<order><id>4711</id></order>", "application/xml"))).toBe(true);
  expect(finds("id=2", wordsOf('{"id":1}\n{"id":2}\n', "application/x-ndjson"))).toBe(true);
  expect(finds("order 4711", wordsOf("The order 4711 left.", "text/plain"))).toBe(true);
});

it("event id, tags, metadata and headers are found too, credentials are not", () => {
  const words = wordsOf("{}", "application/json", {
    eventId: "evt_9",
    tags: ["vip"],
    metadata: { region: "eu-1" },
    headers: [
      ["x-github-event", "push"],
      ["authorization", "Bearer hushhush"],
      ["x-api-key", "hushhush"],
    ],
  });
  for (const search of ["evt_9", "eventId=9", "tag=vip", "metadata.region=eu", "header.x-github-event=push", "push"])
    expect([search, finds(search, words)]).toEqual([search, true]);
  expect(finds("hushhush", words)).toBe(false);
});

it("what looks like a path without a value is searched for as words", () => {
  expect(wordsOfSearch("YWJj==")).toEqual(["ywjj"]);
  expect(wordsOfSearch("https://example.com/?id=7")).toEqual(["https", "example", "com", "id", "7"]);
  expect(wordsOfSearch('name="Jane')).toEqual(["name=jane"]);
});

it("of a large payload the first words are kept", () => {
  const words = wordsOf(JSON.stringify(Array.from({ length: 10_000 }, (_, i) => `w${i}`)), "application/json");
  expect(words.size).toBe(maximumWords);
  expect(finds("w0", words)).toBe(true);
  expect(finds("shallow", wordsOf(`["shallow",${"[".repeat(3_000)}1${"]".repeat(3_000)}]`, "application/json"))).toBe(true);
});

// A name that was made ready for each value below it took minutes.
it("a long name, or a deep path, is dear once, however many values stand there", () => {
  const many = JSON.stringify(Array.from({ length: 30_000 }, () => 1));
  const long = "k".repeat(300_000);
  expect(wordsOf(`{"${long}":${many}}`, "application/json")).toEqual(new Set(["1"]));
  expect(wordsOf(`{"${long}":{"a":${many}}}`, "application/json")).toEqual(new Set(["1", "a=1"]));
  const deep = `${'{"a":'.repeat(90)}${many}${"}".repeat(90)}`;
  expect(wordsOf(deep, "application/json")).toEqual(new Set(["1", "a=1", `${"a.".repeat(89)}a=1`]));
});
