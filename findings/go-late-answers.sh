#!/usr/bin/env bash
# Go 1.26's net/http: when the server's WriteTimeout has passed, the handler goes on, its request's context is not done, and what it
# writes is taken without an error, but no byte of the answer leaves: a webhook is stored and answered 200, and its sender sees a
# connection that was closed, and sends it again. http.TimeoutHandler answers 503 in time, and ends the context.
# Needs Go.
source "$(dirname "$0")/common.sh"
cat >main.go <<'G'
package main

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

func main() {
	tell("WriteTimeout", func(handler http.Handler) *http.Server {
		return &http.Server{Handler: handler, WriteTimeout: 200 * time.Millisecond}
	})
	tell("TimeoutHandler", func(handler http.Handler) *http.Server {
		return &http.Server{Handler: http.TimeoutHandler(handler, 200*time.Millisecond, "too late")}
	})
}

func tell(name string, serverOf func(http.Handler) *http.Server) {
	seen := make(chan string, 1)
	server := serverOf(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		time.Sleep(500 * time.Millisecond)
		context := request.Context().Err()
		writer.WriteHeader(200)
		count, err := writer.Write([]byte("stored"))
		seen <- fmt.Sprintf("context %v, wrote %d bytes, error %v", context, count, err)
	}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go server.Serve(listener)
	answer, err := http.Post("http://"+listener.Addr().String(), "application/json", strings.NewReader("{}"))
	fmt.Printf("%s: handler: %s\n", name, <-seen)
	if err != nil {
		fmt.Printf("%s: sender: no answer\n", name)
		return
	}
	fmt.Printf("%s: sender: %d\n", name, answer.StatusCode)
}
G
go mod init finding >/dev/null 2>&1
expect_of 'WriteTimeout: handler: context <nil>, wrote 6 bytes, error <nil>
WriteTimeout: sender: no answer
TimeoutHandler: handler: context context deadline exceeded, wrote 0 bytes, error http: Handler timeout
TimeoutHandler: sender: 503' go run .
