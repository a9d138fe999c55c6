/** What stands around the verification of a webhook, whichever library does it. */

/** `imports` and `verify`: whole lines; `verify` throws unless the signature is good. */
export const typescriptThrowing = (imports: string, verify: string): string => `${imports}

export async function POST(request: Request): Promise<Response> {
  const body = await request.text();
  try {
${verify}
  } catch {
    return new Response("Bad signature", { status: 400 });
  }
  // Store it, then answer.
  return new Response(null, { status: 204 });
}`;

/** `isBad`: an expression. A secret that is not set would be an empty one, by which everybody can sign. */
export const goServer = (importPath: string, setUp: string, isBad: string): string => `package main

import (
	"io"
	"log"
	"net/http"
	"os"

	${importPath}
)

func main() {
	secret := os.Getenv("WEBHOOK_SECRET")
	if secret == "" {
		log.Fatal("WEBHOOK_SECRET is not set")
	}
${setUp}	http.HandleFunc("/webhook", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || ${isBad} {
			http.Error(w, "Bad signature", http.StatusBadRequest)
			return
		}
		// Store the body, then answer.
		w.WriteHeader(http.StatusNoContent)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}`;

export const rustMain = `#[tokio::main]
async fn main() {
    let app = Router::new().route("/webhook", post(receive));
    let listener = tokio::net::TcpListener::bind("0.0.0.0:8080").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}`;

/** Verifies by hand: with a function `is_good(secret, header, body)`. */
export const rustReceiving = (header: string): string => `async fn receive(headers: HeaderMap, body: Bytes) -> StatusCode {
    let secret = std::env::var("WEBHOOK_SECRET").expect("WEBHOOK_SECRET");
    let signature = headers.get("${header.toLowerCase()}").and_then(|value| value.to_str().ok()).unwrap_or("");
    if !is_good(&secret, signature, &body) {
        return StatusCode::BAD_REQUEST;
    }
    // Store the body, then answer.
    StatusCode::NO_CONTENT
}

${rustMain}`;

/** A header's name as CGI has it, for Rack and PHP. */
export const rackName = (header: string): string => `HTTP_${header.toUpperCase().replaceAll("-", "_")}`;
