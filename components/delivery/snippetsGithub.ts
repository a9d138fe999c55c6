/** Verifying a signature of GitHub's style: HMAC-SHA256 of the raw body, compared in constant time. */
import { goServer, rackName, rustReceiving } from "./snippetFrames.ts";
import type { Snippet } from "./snippets.ts";

export const githubSnippets = (header: string): Snippet[] => [
  {
    language: "TypeScript",
    install: "npm install @octokit/webhooks-methods",
    code: `import { verify } from "@octokit/webhooks-methods";

export async function POST(request: Request): Promise<Response> {
  const body = await request.text();
  const signature = request.headers.get("${header}");
  if (signature === null || !(await verify(process.env.WEBHOOK_SECRET!, body, signature)))
    return new Response("Bad signature", { status: 400 });
  // Store the body, then answer.
  return new Response(null, { status: 204 });
}`,
  },
  {
    language: "Python",
    install: "pip install flask",
    code: `import hashlib
import hmac
import os
from flask import Flask, request

app = Flask(__name__)
secret = os.environ["WEBHOOK_SECRET"].encode()

@app.post("/webhook")
def receive():
    expected = "sha256=" + hmac.new(secret, request.get_data(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers.get("${header}", "")):
        return "Bad signature", 400
    # Store the body, then answer.
    return "", 204`,
  },
  {
    language: "Go",
    install: "go get github.com/google/go-github/v75/github",
    code: goServer(
      `"github.com/google/go-github/v75/github"`,
      ``,
      `github.ValidateSignature(r.Header.Get("${header}"), body, []byte(secret)) != nil`,
    ),
  },
  {
    language: "Ruby",
    install: "gem install sinatra rackup puma",
    code: `require "openssl"
require "rack/utils"
require "sinatra"

post "/webhook" do
  expected = "sha256=" + OpenSSL::HMAC.hexdigest("SHA256", ENV.fetch("WEBHOOK_SECRET"), request.body.read)
  halt 400, "Bad signature" unless Rack::Utils.secure_compare(expected, request.env["${rackName(header)}"].to_s)
  # Store the body, then answer.
  status 204
end`,
  },
  {
    language: "PHP",
    install: "nothing to install",
    code: `<?php
$secret = getenv("WEBHOOK_SECRET") ?: throw new RuntimeException("WEBHOOK_SECRET is not set");
$body = file_get_contents("php://input");
$expected = "sha256=" . hash_hmac("sha256", $body, $secret);

if (!hash_equals($expected, $_SERVER["${rackName(header)}"] ?? "")) {
    http_response_code(400);
    exit("Bad signature");
}
// Store the body, then answer.
http_response_code(204);`,
  },
  {
    language: "Java",
    install: "nothing to install",
    code: `import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.*;

@RestController
class Receiver {
  private final SecretKeySpec key = new SecretKeySpec(System.getenv("WEBHOOK_SECRET").getBytes(), "HmacSHA256");

  @PostMapping("/webhook")
  ResponseEntity<String> receive(@RequestBody byte[] body, @RequestHeader("${header}") String signature) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(key);
    String expected = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
    if (!MessageDigest.isEqual(expected.getBytes(), signature.getBytes()))
      return ResponseEntity.badRequest().body("Bad signature");
    // Store the body, then answer.
    return ResponseEntity.noContent().build();
  }
}`,
  },
  {
    language: "C#",
    install: "nothing to install",
    code: `using System.Security.Cryptography;
using System.Text;

var app = WebApplication.CreateBuilder(args).Build();
var secret = Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable("WEBHOOK_SECRET")!);

app.MapPost("/webhook", async (HttpRequest request) =>
{
    using var body = new MemoryStream();
    await request.Body.CopyToAsync(body);
    var expected = "sha256=" + Convert.ToHexString(HMACSHA256.HashData(secret, body.ToArray())).ToLowerInvariant();
    var signature = request.Headers["${header}"].ToString();
    if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(signature)))
        return Results.BadRequest("Bad signature");
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

fn is_good(secret: &str, header: &str, body: &[u8]) -> bool {
    let Some(signature) = header.strip_prefix("sha256=").and_then(|text| hex::decode(text).ok()) else {
        return false;
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    mac.verify_slice(&signature).is_ok()
}

${rustReceiving(header)}`,
  },
];
