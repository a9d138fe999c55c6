/** Verifying a signature of Stripe's style, with Stripe's libraries. They take the secret as it stands. */
import { goServer, rackName, rustReceiving, typescriptThrowing } from "./snippetFrames.ts";
import type { Snippet } from "./snippets.ts";

export const stripeSnippets = (header: string): Snippet[] => [
  {
    language: "TypeScript",
    install: "npm install stripe",
    code: typescriptThrowing(
      `import Stripe from "stripe";`,
      `    const signature = request.headers.get("${header}") ?? "";
    const event = await Stripe.webhooks.constructEventAsync(body, signature, process.env.WEBHOOK_SECRET!);`,
    ),
  },
  {
    language: "Python",
    install: "pip install stripe flask",
    code: `import os
import stripe
from flask import Flask, request

app = Flask(__name__)

@app.post("/webhook")
def receive():
    body = request.get_data(as_text=True)
    try:
        stripe.WebhookSignature.verify_header(
            body, request.headers.get("${header}", ""), os.environ["WEBHOOK_SECRET"], tolerance=300
        )
    except stripe.SignatureVerificationError:
        return "Bad signature", 400
    # Store the body, then answer.
    return "", 204`,
  },
  {
    language: "Go",
    install: "go get github.com/stripe/stripe-go/v82",
    code: goServer(
      `"github.com/stripe/stripe-go/v82/webhook"`,
      ``,
      `webhook.ValidatePayload(body, r.Header.Get("${header}"), secret) != nil`,
    ),
  },
  {
    language: "Ruby",
    install: "gem install stripe sinatra rackup puma",
    code: `require "sinatra"
require "stripe"

post "/webhook" do
  body = request.body.read
  signature = request.env["${rackName(header)}"].to_s
  begin
    Stripe::Webhook::Signature.verify_header(body, signature, ENV.fetch("WEBHOOK_SECRET"), tolerance: 300)
  rescue Stripe::SignatureVerificationError
    halt 400, "Bad signature"
  end
  # Store the body, then answer.
  status 204
end`,
  },
  {
    language: "PHP",
    install: "composer require stripe/stripe-php",
    code: `<?php
require "vendor/autoload.php";

$secret = getenv("WEBHOOK_SECRET") ?: throw new RuntimeException("WEBHOOK_SECRET is not set");
$body = file_get_contents("php://input");
$signature = $_SERVER["${rackName(header)}"] ?? "";

try {
    \\Stripe\\WebhookSignature::verifyHeader($body, $signature, $secret, 300);
} catch (\\Stripe\\Exception\\SignatureVerificationException $e) {
    http_response_code(400);
    exit("Bad signature");
}
// Store the body, then answer.
http_response_code(204);`,
  },
  {
    language: "Java",
    install: "com.stripe:stripe-java (Maven, Gradle)",
    code: `import com.stripe.exception.SignatureVerificationException;
import com.stripe.net.Webhook;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.*;

@RestController
class Receiver {
  private final String secret = System.getenv("WEBHOOK_SECRET");

  @PostMapping("/webhook")
  ResponseEntity<String> receive(@RequestBody String body, @RequestHeader("${header}") String signature) {
    try {
      Webhook.Signature.verifyHeader(body, signature, secret, 300);
    } catch (SignatureVerificationException e) {
      return ResponseEntity.badRequest().body("Bad signature");
    }
    // Store the body, then answer.
    return ResponseEntity.noContent().build();
  }
}`,
  },
  {
    language: "C#",
    install: "dotnet add package Stripe.net",
    code: `using Stripe;

var app = WebApplication.CreateBuilder(args).Build();
var secret = Environment.GetEnvironmentVariable("WEBHOOK_SECRET")!;

app.MapPost("/webhook", async (HttpRequest request) =>
{
    var body = await new StreamReader(request.Body).ReadToEndAsync();
    try
    {
        EventUtility.ValidateSignature(body, request.Headers["${header}"], secret);
    }
    catch (StripeException)
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
    install: "cargo add axum hmac sha2 hex tokio --features tokio/full",
    code: `use axum::{body::Bytes, http::{HeaderMap, StatusCode}, routing::post, Router};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::time::{SystemTime, UNIX_EPOCH};

fn is_good(secret: &str, header: &str, body: &[u8]) -> bool {
    let part = |name: &'static str| header.split(',').filter_map(move |one| one.strip_prefix(name));
    let Some(time) = part("t=").next() else { return false };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    if !time.parse::<u64>().is_ok_and(|seconds| now.abs_diff(seconds) <= 300) {
        return false;
    }
    part("v1=").filter_map(|signature| hex::decode(signature).ok()).any(|signature| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(time.as_bytes());
        mac.update(b".");
        mac.update(body);
        mac.verify_slice(&signature).is_ok()
    })
}

${rustReceiving(header)}`,
  },
];
