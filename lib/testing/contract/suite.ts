/** The API's contract, driven by the published SDKs: the same for every way that the API is mounted. */
import { afterAll, beforeAll, describe } from "vitest";
import { accessContract } from "./access.ts";
import { applicationContract } from "./applications.ts";
import { attemptContract } from "./attempts.ts";
import { type Running, contextOf } from "./context.ts";
import { compressionContract } from "./compression.ts";
import { connectorContract } from "./connectors.ts";
import { destinationContract } from "./destinations.ts";
import { endpointContract } from "./endpoints.ts";
import { eventTypeContract } from "./eventTypes.ts";
import { eventTypeSchemaContract } from "./eventTypeSchemas.ts";
import { integrationContract } from "./integrations.ts";
import { bulkMessageContract } from "./messageBulk.ts";
import { messageContract } from "./messages.ts";
import { pollingContract } from "./polling.ts";
import { protocolContract } from "./protocol.ts";
import { transformationContract } from "./transformations.ts";

/** `start` starts the API with its engine on the test's database. */
export function contractSuite(name: string, start: () => Promise<Running>): void {
  describe(`contract: ${name}`, () => {
    let running: Running | null = null;
    beforeAll(async () => {
      running = await start();
    });
    afterAll(() => running?.close());
    const context = contextOf(() => {
      if (running === null) throw new Error("The server is not running");
      return running;
    });
    applicationContract(context);
    endpointContract(context);
    eventTypeContract(context);
    eventTypeSchemaContract(context);
    messageContract(context);
    compressionContract(context);
    destinationContract(context);
    pollingContract(context);
    attemptContract(context);
    accessContract(context);
    transformationContract(context);
    integrationContract(context);
    connectorContract(context);
    bulkMessageContract(context);
    protocolContract(context);
  });
}
