/** What goes wrong between a command and a server: each says what to do, ends, and prints nothing where data belongs. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Cli, newCli } from "../../lib/testing/cli.ts";

let cli: Cli;
const closing: (() => void)[] = [];
beforeEach(() => (cli = newCli({ WEBSTER_API_KEY: "of the environment" })));
afterEach(async () => {
  await cli.close();
  for (const close of closing.splice(0)) close();
});

async function serverThat(answers: RequestListener): Promise<string> {
  const server = createServer(answers);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => (server.closeAllConnections(), server.close()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering =
  (status: number, body: string, contentType = "application/json"): RequestListener =>
  (_, response) =>
    response.writeHead(status, { "content-type": contentType }).end(body);

const failsWith = (pattern: RegExp) => ({ status: 1, out: "", err: expect.stringMatching(pattern) as unknown });

it("a key that is refused is to be mended where it comes from", async () => {
  const url = await serverThat(answering(401, '{"code":"authentication_failed","detail":"Invalid token"}'));
  const environment = { WEBSTER_URL: url };
  expect(await cli.run(["whoami"], { environment })).toMatchObject(failsWith(/401: Invalid token\.[^]*WEBSTER_API_KEY/));
  expect(await cli.run(["tail"], { environment })).toMatchObject(failsWith(/401: Invalid token\.[^]*WEBSTER_API_KEY/));
  expect(await cli.run(["whoami", "--api-key", "other"], { environment })).toMatchObject(failsWith(/--api-key/));
  expect(await cli.run(["login", "--server", url], { stdin: "pasted" })).toMatchObject(failsWith(/dashboard/));
});

it("a key of a profile that is refused is given anew to that profile", async () => {
  let known = true;
  const url = await serverThat((request, response) => answering(known ? 200 : 401, '{"envId":"env_1"}')(request, response));
  const environment = { WEBSTER_API_KEY: "" };
  expect((await cli.run(["login", "--server", url, "--profile", "two"], { environment, stdin: "pasted" })).status).toBe(0);
  known = false;
  expect(await cli.run(["whoami"], { environment })).toMatchObject(failsWith(/webster login --profile two/));
});

it("tail says that what answers is no live log, and ends", async () => {
  const environment = { WEBSTER_URL: await serverThat(answering(200, "<html>Welcome</html>", "text/html")) };
  expect(await cli.run(["tail"], { environment })).toMatchObject(failsWith(/not as Webster or Svix do/));
});

it.each([
  [
    "that breaks off",
    (request, response) => (
      request.resume(),
      response.writeHead(202, { "content-length": "99" }).write("{"),
      setImmediate(() => response.destroy())
    ),
  ],
  ["that never comes", (request) => request.socket.destroy()],
  ["of a proxy that lost it", answering(502, "<html>\n<title>502 Bad Gateway</title>\n</html>", "text/html")],
] satisfies [string, RequestListener][])("an answer %s may be one to a message that was taken", async (_, answers) => {
  const environment = { WEBSTER_URL: await serverThat(answers) };
  const sent = await cli.run(["send", "a.b", "--app", "cafe", "--data", "{}"], { environment });
  expect(sent).toMatchObject(failsWith(/may have been done[^]*webster tail/));
  expect(await cli.run(["whoami"], { environment })).toMatchObject({
    status: 1,
    out: "",
    err: expect.not.stringMatching(/may have/) as unknown,
  });
});

it("nothing was done where nothing listens", async () => {
  const environment = { WEBSTER_URL: await serverThat(answering(200, "{}")) };
  closing.pop()?.();
  const sent = await cli.run(["send", "a.b", "--app", "cafe", "--data", "{}"], { environment });
  expect(sent).toMatchObject(failsWith(/ECONNREFUSED[^]*running/));
});

it("an event type without an example leads to send", async () => {
  const url = await serverThat(answering(400, '{"code":"bad_request","detail":"The event type has no such example"}'));
  const args = ["trigger", "invoice.paid", "--app", "cafe", "--endpoint", "ep_1"];
  expect(await cli.run(args, { environment: { WEBSTER_URL: url } })).toMatchObject(
    failsWith(/no such example\.[^]*webster send invoice\.paid --app cafe --data/),
  );
});
