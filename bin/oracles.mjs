/**
 * `npm run oracles`: asks the providers' libraries that are too big to be installed with the project. They are installed,
 * pinned, in a temporary folder, and the tests of lib/webhooks/verification/libraries.test.ts run with them as well.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepare } from "./prepare.mjs";
import { runCommand, runTool } from "./tools.mjs";

/** The newest versions that run on Node 20.19. */
const packages = [
  "@adyen/api-library@32.1.0",
  "@contentful/node-apps-toolkit@3.16.1",
  "@dropbox/sign@1.11.0",
  "@elevenlabs/elevenlabs-js@2.73.0",
  "@hookdeck/sdk@0.4.0",
  "@hubspot/api-client@13.5.0",
  "@line/bot-sdk@11.0.0",
  "@mux/mux-node@15.3.0",
  "@octokit/webhooks@14.2.0",
  "@onfido/api@6.2.0",
  "@shopify/shopify-api@13.1.0",
  "@slack/bolt@5.1.0",
  "@tryfinch/finch-api@10.7.0",
  "@vonage/jwt@1.17.1",
  "@wix/sdk@1.21.16",
  "@zoom/rivet@0.4.0",
  "basic-auth@2.0.1",
  "box-node-sdk@10.12.0",
  "braintree@3.40.0",
  "cloudinary@2.11.0",
  "coinbase-commerce-node@1.0.4",
  "crisp-api@11.3.0",
  "dodopayments@2.52.0",
  "gocardless-nodejs@10.1.2",
  "mailgun-js@0.22.0",
  "mercadopago@3.6.1",
  "modern-treasury@3.3.0",
  "openai@6.49.0",
  "orb-billing@6.11.0",
  "plivo@4.79.0",
  "pusher@5.3.4",
  "pubsubhubbub@1.0.2",
  "razorpay@2.9.8",
  "retell-sdk@5.66.1",
  "square@46.0.0",
  "stream-chat@9.53.0",
  "telnyx@7.24.0",
  "twitter-autohook@1.7.2",
  "webflow-api@3.3.4",
];

const folder = mkdtempSync(join(tmpdir(), "webster-oracles-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

await prepare({ pages: false });
writeFileSync(join(folder, "package.json"), '{"private":true}');
console.log(`Installing ${packages.length} packages in ${folder}`);
const installed = await runCommand("npm", [
  "install",
  "--prefix",
  folder,
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
  "--no-save",
  ...packages,
]);
if (installed.status !== 0) {
  console.error(installed.output);
  process.exit(1);
}
console.log(`… done in ${installed.seconds.toFixed(0)} s`);
const { status } = await runTool("vitest", "vitest", ["run", "lib/webhooks/verification/libraries.test.ts"], {
  env: { WEBSTER_ORACLES: folder },
  show: true,
});
process.exit(status);
