/** A receiver of webhooks: verifies, remembers, answers, and only then works. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

const maxBytes = 1024 * 1024;
const secret = process.env["WEBHOOK_SECRET"];
if (!secret) {
  console.error("WEBHOOK_SECRET is not set: it is the endpoint's whsec_…");
  process.exit(1);
}
const webhook = new Webhook(secret);
/** In a real receiver: a table with a unique index on the id. */
const seen = new Set<string>();

type Event = { type?: string };

const server = createServer((request, response) => {
  receive(request, response).catch((error: unknown) => {
    console.error(error);
    // Unless it was answered already, the message is not ours yet: it will come again.
    if (!response.headersSent) response.writeHead(500).end();
  });
});

async function receive(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const body = await bodyOf(request);
  if (body === null) return response.writeHead(413).end();
  const headers = request.headers as Record<string, string>;
  try {
    // The bytes as they came: parsed and written again they would be others.
    webhook.verify(body, headers, { jsonParse: false });
  } catch (error) {
    if (error instanceof WebhookVerificationError) return response.writeHead(400).end("Bad signature");
    throw error;
  }
  const id = headers["webhook-id"] ?? "";
  const isNew = !seen.has(id);
  seen.add(id);
  // From here on the message is ours. The sender waits for nothing that we do with it.
  response.writeHead(204).end();
  if (isNew) handle(id, JSON.parse(body.toString()) as Event);
}

function handle(id: string, event: Event): void {
  console.log(`${id}: ${event.type ?? "an event"}`);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // What is too much is read and forgotten: a sender that is cut off in its middle does not hear the answer.
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  return bytes > maxBytes ? null : Buffer.concat(chunks);
}

server.listen(Number(process.env["PORT"] ?? 4000), "127.0.0.1", () => console.log("Listening"));
