import { ConnectorKind, ConnectorProduct } from "svix";
import { describe, expect, test } from "vitest";
import { type Context, detailOf, refusal } from "./context.ts";

const transformation = "function handler(webhook) { webhook.payload = { text: webhook.eventType }; return webhook; }";

export function connectorContract({ client }: Context): void {
  describe("connectors", () => {
    test.each(["DatadogTracing", "GrafanaCloudTracing", "NewRelicTracing"])("of kind %s", async (kind) => {
      const { call } = await client();
      const { status, json } = await call("POST", "/connector", { body: { name: kind, kind, transformation: "webhook => webhook" } });
      expect([status, json]).toEqual([201, expect.objectContaining({ kind })]);
    });

    test("create, list, get, put, patch, delete", async () => {
      const { svix, tenant } = await client();
      await svix.eventType.create({ name: "invoice.paid", description: "" });
      const made = await svix.connector.create({
        name: "Slack",
        uid: "slack",
        kind: ConnectorKind.Slack,
        logo: "https://example.com/slack.png",
        allowedEventTypes: ["invoice.paid"],
        transformation,
      });
      expect(made).toMatchObject({
        id: expect.stringMatching(/^conn_/),
        orgId: tenant.environmentId,
        uid: "slack",
        kind: ConnectorKind.Slack,
        allowedEventTypes: ["invoice.paid"],
        featureFlags: null,
        productType: ConnectorProduct.Dispatch,
      });
      expect(await svix.connector.get("slack")).toEqual(made);
      expect(await refusal(svix.connector.create({ name: "Again", uid: "slack", transformation }))).toBe(409);
      expect((await svix.connector.list({ productType: ConnectorProduct.Dispatch })).data).toEqual([made]);
      expect((await svix.connector.list({ productType: ConnectorProduct.Stream })).data).toEqual([]);

      const patched = await svix.connector.patch("slack", { instructions: "Paste it", allowedEventTypes: null });
      expect(patched).toMatchObject({ instructions: "Paste it", allowedEventTypes: null, kind: ConnectorKind.Slack, logo: made.logo });
      expect(patched.transformationUpdatedAt).toEqual(made.transformationUpdatedAt);
      const put = await svix.connector.upsert(made.id, { transformation: `${transformation} ` });
      expect(put).toMatchObject({ name: "Slack", uid: "slack", kind: ConnectorKind.Custom, logo: null, instructions: "" });
      expect(put.transformationUpdatedAt.getTime()).toBeGreaterThanOrEqual(made.transformationUpdatedAt.getTime());
      const created = await svix.connector.upsert("unknown", { name: "New", transformation });
      expect(created).toMatchObject({ name: "New", uid: null });
      await svix.connector.delete(made.id);
      expect(await refusal(svix.connector.get(made.id))).toBe(404);
      const stranger = await client();
      expect(await refusal(stranger.svix.connector.get(created.id))).toBe(404);
      expect(await refusal(stranger.svix.connector.delete(created.id))).toBe(404);
    });

    test.each([
      [{ name: "n" }, ["body", "transformation"]],
      [{ transformation }, ["body", "name"]],
      [{ name: "n", transformation, kind: "Fax" }, ["body", "kind"]],
      [{ name: "n", transformation, logo: "javascript:alert(1)" }, ["body", "logo"]],
      [{ name: "n", transformation, productType: "Stream" }, ["body", "productType"]],
      [{ name: "n", transformation, allowedEventTypes: ["unknown"] }, ["body", "allowedEventTypes"]],
      [{ name: "n", transformation, uid: "a b" }, ["body", "uid"]],
    ])("422 names the field: %j", async (body, loc) => {
      const { call } = await client();
      const answer = await call("POST", "/connector", { body });
      expect([answer.status, detailOf(answer)[0]?.loc]).toEqual([422, loc]);
    });
  });
}
