#!/usr/bin/env bash
# W3C Baggage has values percent-encoded; a plus sign in one is a plus sign, and what follows a semicolon is a property. The propagator of
# opentelemetry-api 1.45.2 for Python treats values as fields of a form, and properties as a part of the value: a space leaves it as +, which
# @opentelemetry/core 2.12.1 for JavaScript reads as +; a + that came becomes a space. So a value that crosses from one
# language to the other (a plan, a customer's name) is another one, and is passed on so.
# Needs Python 3.
source "$(dirname "$0")/common.sh"
install @opentelemetry/api@1.9.1 @opentelemetry/core@2.12.1
install_python opentelemetry-api==1.45.2
cat >baggage.py <<'PY'
import json
import sys

from opentelemetry.baggage import get_all, set_baggage
from opentelemetry.baggage.propagation import W3CBaggagePropagator

carrier = {}
W3CBaggagePropagator().inject(carrier, set_baggage("customer", "Acme Inc"))
print(json.dumps([carrier["baggage"], dict(get_all(W3CBaggagePropagator().extract({"baggage": sys.argv[1]})))]))
PY
expect 'Python writes: customer=Acme+Inc
JavaScript reads that: {"customer":"Acme+Inc"}
JavaScript writes: customer=Acme%20Inc
plan=a+b,customer=Acme%20Inc;tier=1
JavaScript reads that: {"plan":"a+b","customer":"Acme Inc"}
Python reads that: {"plan":"a b","customer":"Acme Inc;tier=1"}' <<'JS'
import { execFileSync } from "node:child_process";
import { defaultTextMapGetter, defaultTextMapSetter, propagation, ROOT_CONTEXT } from "@opentelemetry/api";
import { W3CBaggagePropagator } from "@opentelemetry/core";

const propagator = new W3CBaggagePropagator();
function read(baggage) {
  const entries = propagation.getBaggage(propagator.extract(ROOT_CONTEXT, { baggage }, defaultTextMapGetter)).getAllEntries();
  return JSON.stringify(Object.fromEntries(entries.map(([key, { value }]) => [key, value])));
}
const header = "plan=a+b,customer=Acme%20Inc;tier=1";
const [written, readByPython] = JSON.parse(execFileSync("python/bin/python", ["baggage.py", header], { encoding: "utf8" }));
console.log("Python writes:", written);
console.log("JavaScript reads that:", read(written));
const carrier = {};
const bag = propagation.createBaggage({ customer: { value: "Acme Inc" } });
propagator.inject(propagation.setBaggage(ROOT_CONTEXT, bag), carrier, defaultTextMapSetter);
console.log("JavaScript writes:", carrier.baggage);
console.log(header);
console.log("JavaScript reads that:", read(header));
console.log("Python reads that:", JSON.stringify(readByPython));
JS
