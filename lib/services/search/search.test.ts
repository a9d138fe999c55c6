import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "../../actor.ts";
import { type ApplicationId, newId } from "../../ids.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { newMember } from "../../testing/session.ts";
import { newApplicationId, newTenant } from "../../testing/tenant.ts";
import { find } from "./search.ts";

let database: TestDatabase;
let actor: Actor;
let stranger: Actor;
let acme: ApplicationId;
let endpointId: string;

/** A tenant with very many customers, and a stranger who has customers of the same names. */
beforeAll(async () => {
  database = await testDatabase();
  actor = (await newTenant()).actor;
  stranger = (await newTenant()).actor;
  acme = newApplicationId();
  for (const [i, { environmentId }] of [actor, stranger].entries())
    await database.pool.query(
      `insert into application ("id", "environmentId", "name", "uid")
       select 'app_' || lpad($3::text || n::text, 27, '0'), $1, 'Customer ' || n, 'customer-' || n from generate_series(1, $2::int) n`,
      [environmentId, i === 0 ? 6_000 : 50, i + 1],
    );
  const data = { id: acme, environmentId: actor.environmentId, name: "Acme & Söhne GmbH (Order4711)", uid: "acme.eu" };
  await database.prisma.application.create({ data });
  endpointId = newId("endpoint");
  const endpoint = { id: endpointId, applicationId: acme, environmentId: actor.environmentId, eventTypes: [], channels: [] };
  await database.prisma.endpoint.create({ data: { ...endpoint, url: "https://hooks.acme.example/v1/ok", description: "Ledger" } });
  await database.prisma.eventType.create({ data: { environmentId: actor.environmentId, name: "invoice.paid", description: "Money came" } });
});
afterAll(() => database.close());

const named = async (as: Actor, text: string, more: object = {}) =>
  (await find(as, { text, limit: 10, ...more })).data.map(({ kind, name }) => `${kind}: ${name}`);

describe("an application is found among thousands", () => {
  it.each([
    ["by its name, before those whose names only begin so", "Customer 4", "application: Customer 4"],
    ["whatever the case", "cUSTOMER 400", "application: Customer 400"],
    ["by the beginnings of its words, in any order", "gmb acm", "application: Acme & Söhne GmbH (Order4711)"],
    ["with letters beyond ASCII", "söh", "application: Acme & Söhne GmbH (Order4711)"],
    ["by its uid", "customer-77", "application: Customer 77"],
    ["by the beginning of its uid", "acme.e", "application: Acme & Söhne GmbH (Order4711)"],
    ["by a part of a word", "der4711", "application: Acme & Söhne GmbH (Order4711)"],
  ])("%s", async (_, text, first) => {
    expect((await named(actor, text, { kinds: ["application"] }))[0]).toBe(first);
  });

  it("by its id", async () => {
    expect(await named(actor, acme, { kinds: ["application"] })).toEqual(["application: Acme & Söhne GmbH (Order4711)"]);
  });
});

it("shows an application as its pages do: by its id where its name is made of blanks alone", async () => {
  const { actor } = await newTenant();
  const { environmentId } = actor;
  const { id } = await database.prisma.application.create({ data: { id: newApplicationId(), environmentId, name: "  ", uid: "blank" } });
  expect(await named(actor, "blank", { kinds: ["application"] })).toEqual([`application: ${id}`]);
  // As pages show it, so that what is copied from one finds it again.
  await database.prisma.application.update({ where: { id }, data: { name: " Espresso Corner " } });
  expect(await named(actor, "blank", { kinds: ["application"] })).toEqual(["application: Espresso Corner"]);
});

it("finds endpoints by host, path, description and customer, and the whole id of one that is gone", async () => {
  for (const text of ["hooks.acme", "acme.example/v1/ok", "ledger", endpointId])
    expect(await named(actor, text, { kinds: ["endpoint"] })).toEqual(["endpoint: https://hooks.acme.example/v1/ok"]);
  const deletedAt = new Date();
  await database.prisma.endpoint.update({ where: { id: endpointId }, data: { deletedAt } });
  expect(await named(actor, "ledger", { kinds: ["endpoint"] })).toEqual([]);
  expect((await find(actor, { text: endpointId, limit: 10 })).data).toMatchObject([{ kind: "endpoint", deleted: true }]);
  await database.prisma.endpoint.update({ where: { id: endpointId }, data: { deletedAt: null } });
});

it("answers no more of each kind than asked, the newest if there is no text", async () => {
  expect(await named(actor, "customer", { limit: 3, kinds: ["application"] })).toHaveLength(3);
  expect((await named(actor, "", { limit: 1, kinds: ["application"] }))[0]).toMatch(/Acme/);
});

it("takes everything typed as text", async () => {
  for (const text of ["%", "_", "'", "\\", "a:*", "a & !b", "(((", "  ", "\u{1F600}"]) await find(actor, { text, limit: 5 });
  expect(await named(actor, "%_", { kinds: ["application"] })).toEqual([]);
});

describe("nobody finds what they may not see", () => {
  it("in another environment", async () => {
    expect(await named(stranger, "acme")).toEqual([]);
    expect(await named(stranger, acme)).toEqual([]);
    expect(await named(stranger, "invoice")).toEqual([]);
    expect(await named(stranger, "Customer 4", { kinds: ["application"], limit: 20 })).toHaveLength(11);
    await expect(find(stranger, { text: "", limit: 5, application_id: acme })).rejects.toMatchObject({ code: "not_found" });
  });

  it("beyond one's own application", async () => {
    const other = newApplicationId();
    await database.prisma.application.create({ data: { id: other, environmentId: actor.environmentId, name: "Acme's rival" } });
    const portal: Actor = { ...actor, kind: "portal", applicationId: other };
    expect(await named(portal, "acme")).toEqual(["application: Acme's rival"]);
    expect(await named(portal, endpointId)).toEqual([]);
    expect(await named(portal, "customer")).toEqual([]);
  });

  it("members, unless one is one", async () => {
    const member = await newMember(actor.organizationId, "viewer");
    const { email } = await database.prisma.user.findUniqueOrThrow({ where: { id: member.userId } });
    const asMember: Actor = { ...actor, kind: "member", id: member.userId };
    expect((await find(asMember, { text: email, kinds: ["member"], limit: 5 })).data).toMatchObject([
      { kind: "member", id: member.userId },
    ]);
    expect(await named(actor, email, { kinds: ["member"] })).toEqual([]);
    expect(await named({ ...asMember, organizationId: stranger.organizationId }, email, { kinds: ["member"] })).toEqual([]);
  });
});
