#!/usr/bin/env bash
# svix 1.99.1 for Go: a patch of a stream's sink can be sent only if all of batchSize, maxWaitSecs, status and uid are set. An unset
# utils.Nullable writes no bytes, which encoding/json refuses; other patches leave unset members out in a MarshalJSON of their own,
# the one of StreamSinkPatch does not. So changing a sink's URL alone fails before anything is sent.
# Needs Go.
source "$(dirname "$0")/common.sh"
cat >main.go <<'G'
package main

import (
	"encoding/json"
	"fmt"

	"github.com/svix/svix-webhooks/go/models"
	"github.com/svix/svix-webhooks/go/utils"
)

func main() {
	url := "https://example.com/"
	patch := models.StreamSinkPatch{Type: models.StreamSinkPatchTypeHttp, Config: models.HttpPatchConfig{Url: &url}}
	tell("sink, URL alone", &patch)
	patch.BatchSize = utils.NewNullable(uint16(10))
	patch.MaxWaitSecs = utils.NewNullable(uint16(1))
	patch.Uid = utils.NewNullable("sink")
	tell("sink, all but status", &patch)
	patch.Status = utils.NewNullable(models.SINKSTATUSIN_ENABLED)
	tell("sink, all", &patch)
	tell("endpoint, URL alone", &models.EndpointPatch{Url: &url})
}

func tell(name string, value any) {
	if _, err := json.Marshal(value); err != nil {
		fmt.Printf("%s: %v\n", name, err)
		return
	}
	fmt.Printf("%s: sent\n", name)
}
G
go mod init finding >/dev/null 2>&1
go get github.com/svix/svix-webhooks@v1.99.1 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
expect_of 'sink, URL alone: json: error calling MarshalJSON for type *models.StreamSinkPatch: json: error calling MarshalJSON for type utils.Nullable[uint16]: unexpected end of JSON input
sink, all but status: json: error calling MarshalJSON for type *models.StreamSinkPatch: json: error calling MarshalJSON for type utils.Nullable[github.com/svix/svix-webhooks/go/models.SinkStatusIn]: unexpected end of JSON input
sink, all: sent
endpoint, URL alone: sent' go run .
