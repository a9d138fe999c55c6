// Calls every operation of the svix SDK for Go, found by reflection on the client; see ../client.ts.
//
//	program call plan.json
//	program verify cases.json
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"strings"
	"time"

	svix "github.com/svix/svix-webhooks/go"
)

type plannedCall struct {
	Path    []string        `json:"path"`
	Body    json.RawMessage `json:"body"`
	Options json.RawMessage `json:"options"`
	Token   string          `json:"token"`
}

type verificationCase struct {
	Name    string            `json:"name"`
	Secret  string            `json:"secret"`
	Headers map[string]string `json:"headers"`
	Body    []byte            `json:"body"`
}

type called struct {
	Operation string `json:"operation"`
	Ok        bool   `json:"ok"`
	Error     string `json:"error,omitempty"`
}

type verified struct {
	Case  string `json:"case"`
	Ok    bool   `json:"ok"`
	Error string `json:"error,omitempty"`
}

func main() {
	content := must(os.ReadFile(os.Args[2]))
	if os.Args[1] == "verify" {
		var cases []verificationCase
		check(json.Unmarshal(content, &cases))
		for _, one := range cases {
			printLine(verify(one))
		}
		return
	}
	var plan map[string]plannedCall
	check(json.Unmarshal(content, &plan))
	for _, operation := range operations(reflect.ValueOf(client(os.Getenv("WEBSTER_TOKEN"))), "") {
		printLine(callPlanned(operation, plan))
	}
}

func client(token string) *svix.Svix {
	server := must(url.Parse(os.Getenv("WEBSTER_URL")))
	return must(svix.New(token, &svix.SvixOptions{ServerUrl: server, RetrySchedule: &[]time.Duration{}}))
}

var contextType = reflect.TypeFor[context.Context]()

// Exported fields lead to further operations; methods that take a context are operations.
func operations(api reflect.Value, prefix string) []string {
	found := []string{}
	for method := range api.NumMethod() {
		if kind := api.Method(method).Type(); kind.NumIn() > 0 && kind.In(0) == contextType {
			found = append(found, prefix+inJavaScript(api.Type().Method(method).Name))
		}
	}
	for field := range api.Elem().NumField() {
		if name := api.Elem().Type().Field(field); name.IsExported() {
			found = append(found, operations(api.Elem().Field(field), prefix+inJavaScript(name.Name)+".")...)
		}
	}
	return found
}

func inJavaScript(name string) string { return strings.ToLower(name[:1]) + name[1:] }
func inGo(name string) string         { return strings.ToUpper(name[:1]) + name[1:] }

func callPlanned(operation string, plan map[string]plannedCall) called {
	planned, isKnown := plan[operation]
	if !isKnown {
		return called{Operation: operation, Error: "not in the plan"}
	}
	if err := call(operation, planned); err != nil {
		return called{Operation: operation, Error: described(err)}
	}
	return called{Operation: operation, Ok: true}
}

func call(operation string, planned plannedCall) error {
	token := planned.Token
	if token == "" {
		token = os.Getenv("WEBSTER_TOKEN")
	}
	api := reflect.ValueOf(client(token))
	names := strings.Split(operation, ".")
	for _, name := range names[:len(names)-1] {
		api = api.Elem().FieldByName(inGo(name))
	}
	method := api.MethodByName(inGo(names[len(names)-1]))
	parameters := []reflect.Value{reflect.ValueOf(context.Background())}
	for _, text := range planned.Path {
		parameters = append(parameters, reflect.ValueOf(text))
	}
	for index := len(parameters); index < method.Type().NumIn(); index++ {
		parameter, err := parameterOf(method.Type().In(index), planned)
		if err != nil {
			return err
		}
		parameters = append(parameters, parameter)
	}
	results := method.Call(parameters)
	err, _ := results[len(results)-1].Interface().(error)
	return err
}

// A model is read by its own UnmarshalJSON; options have no tags, so their names are found whatever their case.
func parameterOf(kind reflect.Type, planned plannedCall) (reflect.Value, error) {
	content := planned.Body
	if kind.Kind() == reflect.Pointer && strings.HasSuffix(kind.Elem().Name(), "Options") {
		content = planned.Options
	}
	if content == nil {
		return reflect.Zero(kind), nil
	}
	value := reflect.New(kind)
	err := json.Unmarshal(content, value.Interface())
	return value.Elem(), err
}

func described(err error) string {
	var refused *svix.Error
	if errors.As(err, &refused) {
		return fmt.Sprintf("%d %s", refused.Status(), refused.Body())
	}
	return err.Error()
}

func verify(one verificationCase) verified {
	headers := http.Header{}
	for name, value := range one.Headers {
		headers.Set(name, value)
	}
	webhook, err := svix.NewWebhook(one.Secret)
	if err == nil {
		err = webhook.Verify(one.Body, headers)
	}
	if err != nil {
		return verified{Case: one.Name, Error: err.Error()}
	}
	return verified{Case: one.Name, Ok: true}
}

func printLine(line any) { fmt.Println(string(must(json.Marshal(line)))) }

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
