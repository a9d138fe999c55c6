#!/usr/bin/env bash
# ajv 8.20.0 divides floating-point numbers for multipleOf: 19.99 is no multiple of 0.01 to it, nor 4.02, nor 0.07, though 1.1 is. JSON Schema
# (validation, 6.2.1) asks whether the division results in an integer, of numbers that are decimals, and three other validators say
# it does. ajv's option multipleOfPrecision is an allowance, and takes 0.01000000001 too, as hyperjump does. Without it
# 1e21 is no multiple of 1 either, since the quotient's text is read as an integer.
source "$(dirname "$0")/common.sh"
install ajv@8.20.0 @exodus/schemasafe@1.3.0 @cfworker/json-schema@4.1.6 @hyperjump/json-schema@1.18.0
expect '19.99 of 0.01: ajv false, with precision true, schemasafe true, cfworker true, hyperjump true
4.02 of 0.01: ajv false, with precision true, schemasafe true, cfworker true, hyperjump true
1.1 of 0.01: ajv true, with precision true, schemasafe true, cfworker true, hyperjump true
0.01000000001 of 0.01: ajv false, with precision true, schemasafe false, cfworker false, hyperjump true
1e+21 of 1: ajv false, with precision true, schemasafe true, cfworker true, hyperjump true' <<'JS'
import { Validator } from "@cfworker/json-schema";
import { validator } from "@exodus/schemasafe";
import { registerSchema, validate } from "@hyperjump/json-schema/draft-2020-12";
import Ajv from "ajv/dist/2020.js";

const $schema = "https://json-schema.org/draft/2020-12/schema";
async function tell(number, multipleOf) {
  const schema = { $schema, type: "number", multipleOf };
  const id = `https://schemas.example/${multipleOf}/${number}`;
  registerSchema(schema, id);
  const verdicts = {
    ajv: new Ajv.default().validate(schema, number),
    "with precision": new Ajv.default({ multipleOfPrecision: 6 }).validate(schema, number),
    schemasafe: validator(schema)(number),
    cfworker: new Validator(schema, "2020-12").validate(number).valid,
    hyperjump: (await validate(id, number)).valid,
  };
  console.log(`${number} of ${multipleOf}: ${Object.entries(verdicts).map((verdict) => verdict.join(" ")).join(", ")}`);
}
for (const amount of [19.99, 4.02, 1.1, 0.01000000001]) await tell(amount, 0.01);
await tell(1e21, 1);
JS
