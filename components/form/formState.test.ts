import { expect, test } from "vitest";
import { ApiError } from "../api.ts";
import { faultsOfRefusal } from "./faults.ts";
import { asking, begun, checked, faultsIn, isToAsk, isUnsaved, namesIn, refused, renewed, saved, sending, typed } from "./formState.ts";

type Draft = { name: string; uid: string; settings: Record<string, string> };
const blank: Draft = { name: "", uid: "", settings: { key: "" } };
const check = ({ name, uid }: Draft) => ({
  ...(name === "" ? { name: "Enter a name" } : {}),
  ...(uid.includes(" ") ? { uid: "No spaces" } : {}),
});

test("a fault leaves when its value becomes right, and none comes while typing", () => {
  const wrong = refused(begun(blank), { found: check(blank) });
  const other = typed(wrong, { uid: "a b" });
  const stillWrong = checked(other, other.draft, check(other.draft));
  expect(faultsIn(stillWrong)).toEqual({ name: "Enter a name" });
  const mended = typed(stillWrong, { name: "Café" });
  expect(faultsIn(checked(mended, mended.draft, check(mended.draft)))).toEqual({});
  // An answer that comes late is of another draft.
  expect(checked(mended, other.draft, {})).toBe(mended);
});

test("what the API told of a field stays until that field changes, also where it is inside another", () => {
  const told = { uid: "is taken", key: "is no key", "": "Something else" };
  const wrong = refused(sending(begun(blank)), { told });
  expect(faultsIn(typed(wrong, { name: "Café" }))).toEqual(told);
  expect(faultsIn(typed(wrong, { uid: "x" }))).toEqual({ key: "is no key", "": "Something else" });
  expect(faultsIn(typed(wrong, { settings: { key: "x" } }))).toEqual({ uid: "is taken", "": "Something else" });
  expect(faultsIn(sending(wrong))).toEqual({});
});

test("each refusal is one to focus, a change is none", () => {
  const once = refused(begun(blank), { found: check(blank) });
  expect(typed(once, { name: "Café" }).refusals).toBe(once.refusals);
  expect(refused(once, { found: check(blank) }).refusals).toBe(once.refusals + 1);
});

test("unsaved is what differs from what was there or was saved last", () => {
  const changed = typed(begun(blank), { name: "Café" });
  expect(isUnsaved(begun(blank))).toBe(false);
  expect(isUnsaved(changed)).toBe(true);
  expect(isUnsaved(typed(changed, { name: "" }))).toBe(false);
  const onTheWay = sending(changed);
  expect(isUnsaved(saved(onTheWay, changed.draft))).toBe(false);
  expect(isUnsaved(saved(typed(onTheWay, { uid: "x" }), changed.draft))).toBe(true);
  // Saving may begin the form anew, as that of a password does.
  expect(saved(begun(blank), changed.draft)).toEqual(begun(blank));
});

test("what is stored anew comes into the fields that nobody has touched, and takes nothing that was typed", () => {
  const stored = (version: string, name: string, uid: string) => ({ version, draft: { name, uid, settings: { key: "" } } });
  const first = stored("1", "Café", "cafe");
  const untouched = begun(first.draft, first);
  expect(renewed(untouched, stored("2", "Bar", "cafe"))).toEqual(begun(stored("2", "Bar", "cafe").draft, stored("2", "Bar", "cafe")));

  const touched = renewed(typed(untouched, { name: "Half wri" }), stored("2", "Bar", "bar"));
  expect(touched.draft).toEqual({ name: "Half wri", uid: "bar", settings: { key: "" } });
  expect(isUnsaved(touched)).toBe(true);
  expect(isUnsaved(typed(touched, { name: "Bar" }))).toBe(false);

  // While it is on its way it waits for what becomes of that.
  const sent = typed(touched, { name: " Pub " });
  const onTheWay = renewed(sending(sent), stored("3", "Pub", "bar"));
  expect(onTheWay.draft).toBe(sent.draft);
  expect(saved(onTheWay, sent.draft).draft).toEqual({ name: "Pub", uid: "bar", settings: { key: "" } });
  expect(isUnsaved(saved(onTheWay, sent.draft))).toBe(false);
  expect(saved(typed(onTheWay, { uid: "typed since" }), sent.draft).draft).toEqual({
    name: "Pub",
    uid: "typed since",
    settings: { key: "" },
  });
  expect(refused(onTheWay, { told: { "": "away" } }).draft).toEqual(sent.draft);
  expect(isUnsaved(refused(onTheWay, { told: { "": "away" } }))).toBe(true);
});

test("what somebody else stores in a field that is being changed is told, and asked about once before it is replaced", () => {
  const stored = (version: string, name: string, uid: string) => ({ version, draft: { name, uid, settings: { key: "" } } });
  const first = stored("1", "Café", "cafe");
  const mine = typed(begun(first.draft, first), { name: "Mine" });
  expect(isToAsk(renewed(mine, stored("2", "Café", "other")))).toBe(false);
  // Both mean the same.
  expect(isToAsk(renewed(mine, stored("2", "Mine", "cafe")))).toBe(false);

  const theirs = renewed(mine, stored("2", "Theirs", "cafe"));
  expect(theirs.draft.name).toBe("Mine");
  expect(faultsIn(theirs)).toEqual({ name: "Meanwhile it was changed to “Theirs”. Save again to replace that." });
  expect(faultsIn(renewed(mine, stored("2", "", "cafe")))["name"]).toContain("to nothing");
  expect(faultsIn(renewed(mine, stored("2", "long".repeat(30), "cafe")))["name"]).toContain("to something else");
  expect(isToAsk(theirs)).toBe(true);
  const asked = asking(theirs);
  expect([isToAsk(asked), asked.refusals]).toEqual([false, mine.refusals + 1]);
  // Typed on, it is still to be seen; taken over, there is nothing to ask about.
  expect(faultsIn(typed(asked, { name: "Mine too" }))).toEqual(faultsIn(theirs));
  expect(faultsIn(typed(asked, { name: "Theirs" }))).toEqual({});
  // A third value is news again.
  expect(isToAsk(renewed(asked, stored("3", "Third", "cafe")))).toBe(true);
  expect(faultsIn(saved(sending(asked), asked.draft))).toEqual({});
  // What is stored in answer to the form's own sending is no news of somebody else.
  const answered = renewed(typed(sending(mine), { name: "Mine since" }), stored("2", "MINE", "cafe"));
  expect(isToAsk(saved(answered, mine.draft))).toBe(false);
});

test("a session that has ended says that nothing is lost; a conflict stands at its field", () => {
  const refusal = (status: number, issues: ApiError["issues"] = []) =>
    new ApiError({ status, code: "x", detail: "said", issues, requestId: null, retryAfterSeconds: null });
  expect(faultsOfRefusal(refusal(401))[""]).toContain("is still here");
  expect(faultsOfRefusal(refusal(409), { conflict: "uid" })).toEqual({ uid: "said" });
  expect(faultsOfRefusal(refusal(409))).toEqual({ "": "said" });
  expect(faultsOfRefusal(refusal(422, [{ loc: ["body", "url", "0"], msg: "must be a URL", type: "value_error" }]))).toEqual({
    url: "Must be a URL",
  });
  const elsewhere = refusal(422, [{ loc: ["body", "limits", "0"], msg: "is too much", type: "value_error" }]);
  expect(faultsOfRefusal(elsewhere, { fields: namesIn(blank) })).toEqual({ limits: "limits: is too much" });
  expect(namesIn(blank)).toEqual(new Set(["name", "uid", "settings", "key"]));
  expect(faultsOfRefusal(new Error("no network"))).toEqual({ "": "no network" });
});
