// A receiver of webhooks: verifies, remembers, answers, and only then works.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const maxBytes = 1024 * 1024

// In a real receiver: a table with a unique index on the id.
var seen sync.Map

type event struct {
	Type string `json:"type"`
}

func main() {
	secret := os.Getenv("WEBHOOK_SECRET")
	if secret == "" {
		log.Fatal("WEBHOOK_SECRET is not set: it is the endpoint's whsec_…")
	}
	webhook, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		log.Fatal("WEBHOOK_SECRET: ", err)
	}
	http.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBytes))
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		// The bytes as they came: parsed and written again they would be others.
		if err != nil || webhook.Verify(body, r.Header) != nil {
			http.Error(w, "Bad signature", http.StatusBadRequest)
			return
		}
		id := r.Header.Get("webhook-id")
		_, isKnown := seen.LoadOrStore(id, true)
		// From here on the message is ours. The sender waits for nothing that we do with it.
		w.WriteHeader(http.StatusNoContent)
		if !isKnown {
			go handle(id, body)
		}
	})
	port := os.Getenv("PORT")
	if port == "" {
		port = "4000"
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Listening")
	log.Fatal(http.Serve(listener, nil))
}

func handle(id string, body []byte) {
	var found event
	if err := json.Unmarshal(body, &found); err != nil {
		log.Printf("%s: no JSON: %v", id, err)
		return
	}
	fmt.Printf("%s: %s\n", id, found.Type)
}
