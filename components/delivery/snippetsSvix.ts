/** Code that verifies webhooks with Svix's header names, with Svix's libraries, which know those alone. */
import { type Snippet, snippets } from "./snippets.ts";

/** Changes by language: what to install, and what is called otherwise than in Standard Webhooks' library. */
const changes: Record<string, { install: string; replace: [string | RegExp, string][] }> = {
  TypeScript: {
    install: "npm install svix",
    replace: [
      ['from "standardwebhooks"', 'from "svix"'],
      [", { jsonParse: false }", ""],
      [
        `  } catch {
    return`,
        `  } catch (error) {
    // svix 1.x parses what it has verified: then the signature is good, and the body is no JSON.
    if (!(error instanceof SyntaxError)) return`,
      ],
    ],
  },
  Python: {
    install: "pip install svix flask",
    replace: [
      ["from standardwebhooks import", "from svix.webhooks import"],
      [", json_parse=False", ""],
    ],
  },
  Go: {
    install: "go get github.com/svix/svix-webhooks/go",
    replace: [
      ['standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"', 'svix "github.com/svix/svix-webhooks/go"'],
      ["standardwebhooks.NewWebhook", "svix.NewWebhook"],
    ],
  },
  Ruby: {
    install: "gem install svix sinatra rackup puma",
    replace: [
      ['require "standardwebhooks"', 'require "svix"'],
      ["StandardWebhooks::WebhookVerificationError", "Svix::WebhookVerificationError"],
      ["StandardWebhooks::Webhook", "Svix::Webhook"],
    ],
  },
  PHP: { install: "composer require svix/svix", replace: [] },
  Java: { install: "com.svix:svix (Maven, Gradle)", replace: [] },
  "C#": { install: "dotnet add package Svix", replace: [] },
  Rust: {
    install: "cargo add svix axum tokio --features tokio/full",
    replace: [["use standardwebhooks::Webhook", "use svix::webhooks::Webhook"]],
  },
};

export const svixSnippets: Snippet[] = snippets.map(({ language, install, code }) => {
  const change = changes[language] ?? { install, replace: [] };
  const renamed = code.replaceAll("webhook-id", "svix-id").replaceAll("webhook-timestamp", "svix-timestamp");
  const headers = renamed.replaceAll("webhook-signature", "svix-signature").replaceAll("HTTP_WEBHOOK_", "HTTP_SVIX_");
  return { language, install: change.install, code: change.replace.reduce((text, [from, to]) => text.replace(from, to), headers) };
});
