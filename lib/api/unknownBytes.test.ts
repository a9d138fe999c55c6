import { expect, test } from "vitest";
import { withRoom } from "./unknownBytes.ts";

test("slow senders of one network leave room to the others, and all that has ended is room again", async () => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const slow = () => withRoom("192.0.2.1", () => released);
  const held = Array.from({ length: 32 }, slow);
  await expect(slow()).rejects.toMatchObject({ code: "unavailable" });
  expect(await withRoom("192.0.2.2", async () => "let in")).toBe("let in");
  release();
  await Promise.all(held);
  expect(await withRoom("192.0.2.1", async () => "let in")).toBe("let in");
});

test("many networks together fill no more than all have", async () => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const networks = Array.from({ length: 16 }, (_, at) => `198.51.100.${at}`);
  const all = networks.flatMap((network) => Array.from({ length: 32 }, () => withRoom(network, () => released)));
  const settled = Promise.allSettled(all);
  await expect(withRoom("203.0.113.1", async () => "let in")).rejects.toMatchObject({ code: "unavailable" });
  release();
  expect((await settled).filter(({ status }) => status === "fulfilled")).toHaveLength(256);
});

test("what fails to be read gives its room back", async () => {
  for (let at = 0; at < 300; at++)
    await expect(withRoom("192.0.2.3", () => Promise.reject(new Error("cut off")))).rejects.toThrow("cut off");
  expect(await withRoom("192.0.2.3", async () => "let in")).toBe("let in");
});
