/** Code that verifies a webhook, with the libraries of Standard Webhooks and Svix. The raw body, never a parsed one. */
import { goServer, rustMain, typescriptThrowing } from "./snippetFrames.ts";

export type Snippet = { language: string; install: string; code: string };

export const snippets: Snippet[] = [
  {
    language: "TypeScript",
    install: "npm install standardwebhooks",
    code: typescriptThrowing(
      `import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.WEBHOOK_SECRET!); // whsec_…`,
      `    webhook.verify(body, Object.fromEntries(request.headers), { jsonParse: false });`,
    ),
  },
  {
    language: "Python",
    install: "pip install standardwebhooks flask",
    code: `import os
from flask import Flask, request
from standardwebhooks import Webhook, WebhookVerificationError

app = Flask(__name__)
webhook = Webhook(os.environ["WEBHOOK_SECRET"])  # whsec_…

@app.post("/webhook")
def receive():
    try:
        webhook.verify(request.get_data(), dict(request.headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        return "Bad signature", 400
    # Store the body, then answer.
    return "", 204`,
  },
  {
    language: "Go",
    install: "go get github.com/standard-webhooks/standard-webhooks/libraries",
    code: goServer(
      `standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"`,
      `	webhook, err := standardwebhooks.NewWebhook(secret) // whsec_…
	if err != nil {
		log.Fatal(err)
	}
`,
      `webhook.Verify(body, r.Header) != nil`,
    ),
  },
  {
    language: "Ruby",
    install: "gem install standardwebhooks sinatra rackup puma",
    code: `require "json"
require "sinatra"
require "standardwebhooks"

webhook = StandardWebhooks::Webhook.new(ENV.fetch("WEBHOOK_SECRET")) # whsec_…

post "/webhook" do
  headers = %w[webhook-id webhook-timestamp webhook-signature].to_h do |name|
    [name, request.env["HTTP_#{name.upcase.tr("-", "_")}"]]
  end
  begin
    webhook.verify(request.body.read, headers)
  rescue StandardWebhooks::WebhookVerificationError
    halt 400, "Bad signature"
  rescue JSON::ParserError
    # The signature is good, and the body is no JSON.
  end
  # Store the body, then answer.
  status 204
end`,
  },
  {
    language: "PHP",
    install: "composer require svix/svix",
    code: `<?php
require "vendor/autoload.php";

$secret = getenv("WEBHOOK_SECRET") ?: throw new RuntimeException("WEBHOOK_SECRET is not set"); // whsec_…
$webhook = new \\Svix\\Webhook($secret);
$body = file_get_contents("php://input");
$headers = [
    "webhook-id" => $_SERVER["HTTP_WEBHOOK_ID"] ?? "",
    "webhook-timestamp" => $_SERVER["HTTP_WEBHOOK_TIMESTAMP"] ?? "",
    "webhook-signature" => $_SERVER["HTTP_WEBHOOK_SIGNATURE"] ?? "",
];

try {
    $webhook->verify($body, $headers);
} catch (\\Svix\\Exception\\WebhookVerificationException $e) {
    http_response_code(400);
    exit("Bad signature");
}
// Store the body, then answer.
http_response_code(204);`,
  },
  {
    language: "Java",
    install: "com.svix:svix (Maven, Gradle)",
    code: `import com.svix.Webhook;
import com.svix.exceptions.WebhookVerificationException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.*;

@RestController
class Receiver {
  private final Webhook webhook;

  Receiver() throws Exception {
    webhook = new Webhook(System.getenv("WEBHOOK_SECRET")); // whsec_…
  }

  @PostMapping("/webhook")
  ResponseEntity<String> receive(@RequestBody byte[] body, @RequestHeader MultiValueMap<String, String> headers) {
    try {
      webhook.verify(new String(body, StandardCharsets.UTF_8), HttpHeaders.of(headers, (name, value) -> true));
    } catch (WebhookVerificationException e) {
      return ResponseEntity.badRequest().body("Bad signature");
    }
    // Store the body, then answer.
    return ResponseEntity.noContent().build();
  }
}`,
  },
  {
    language: "C#",
    install: "dotnet add package Svix",
    code: `using System.Net;
using Svix;
using Svix.Exceptions;

var app = WebApplication.CreateBuilder(args).Build();
var webhook = new Webhook(Environment.GetEnvironmentVariable("WEBHOOK_SECRET")!); // whsec_…

app.MapPost("/webhook", async (HttpRequest request) =>
{
    var body = await new StreamReader(request.Body).ReadToEndAsync();
    var headers = new WebHeaderCollection();
    foreach (var name in new[] { "webhook-id", "webhook-timestamp", "webhook-signature" })
        headers.Set(name, request.Headers[name].ToString());
    try
    {
        webhook.Verify(body, headers);
    }
    catch (WebhookVerificationException)
    {
        return Results.BadRequest("Bad signature");
    }
    // Store the body, then answer.
    return Results.NoContent();
});
app.Run();`,
  },
  {
    language: "Rust",
    install: "cargo add standardwebhooks axum tokio --features tokio/full",
    code: `use axum::{body::Bytes, http::{HeaderMap, StatusCode}, routing::post, Router};
use standardwebhooks::Webhook;

async fn receive(headers: HeaderMap, body: Bytes) -> StatusCode {
    let secret = std::env::var("WEBHOOK_SECRET").expect("WEBHOOK_SECRET"); // whsec_…
    let webhook = Webhook::new(&secret).expect("a valid secret");
    if webhook.verify(&body, &headers).is_err() {
        return StatusCode::BAD_REQUEST;
    }
    // Store the body, then answer.
    StatusCode::NO_CONTENT
}

${rustMain}`,
  },
];
