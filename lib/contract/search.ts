/** Finding things by what people call them: a part of a name, a URL, a uid, an id. */
import * as z from "zod/mini";
import { searchedKinds } from "../words/searchedKind.ts";
import { operation } from "./operation.ts";
import { plainText } from "./shared.ts";

export const searchedKind = z.enum(searchedKinds);

const uid = z.nullable(z.string());

export const SearchHitOut = z
  .object({
    kind: searchedKind,
    id: z.string().check(z.meta({ description: "An event type's is its name." })),
    uid,
    name: z
      .string()
      .check(z.meta({ description: "An endpoint's URL; a member's email address if they have no name; the id if that is blank." })),
    detail: z.nullable(z.string()).check(z.meta({ description: "A description; of a member, the address." })),
    applicationId: z.nullable(z.string()).check(z.meta({ description: "Whose it is, if it is an endpoint." })),
    applicationName: z.nullable(z.string()),
    deleted: z
      .boolean()
      .check(z.meta({ description: "Also answers for a deleted endpoint, by its full id: its deliveries are still there." })),
  })
  .check(z.meta({ id: "SearchHitOut" }));
export type SearchHitOut = z.output<typeof SearchHitOut>;

export const SearchOut = z.object({ data: z.array(SearchHitOut) }).check(z.meta({ id: "SearchOut" }));

export const find = operation({
  operationId: "v1.search.find",
  method: "get",
  path: "/api/v1/search",
  tag: "Search",
  summary: "Find applications, endpoints, event types, sources and members by name",
  description:
    "By the beginnings of words in names, URLs, descriptions and uids, in any order, or by a whole id; where nothing is found so, " +
    "by any part of a name among the newest 20,000. The best first, up to `limit` of each kind. Without a text: the newest.",
  access: "apiKeyOrPortal",
  query: z.object({
    text: z._default(plainText.check(z.maxLength(256)), ""),
    kinds: z.nullish(z.array(searchedKind).check(z.maxLength(10))).check(z.meta({ description: "Only these." })),
    application_id: z
      .nullish(z.string().check(z.minLength(1), z.maxLength(256)))
      .check(z.meta({ description: "Only endpoints of this application; its id or uid." })),
    limit: z._default(z.int().check(z.gte(1), z.lte(20)), 10).check(z.meta({ description: "Of each kind." })),
  }),
  responses: { 200: { description: "What was found", schema: SearchOut } },
});
