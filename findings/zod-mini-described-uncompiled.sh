#!/usr/bin/env bash
# zod 4.6.7: compile() makes a schema's fast path, and gives back the schema as it is where it can't. With zod/mini a description is a
# check, .check(z.meta(...)), and there a described object is never compiled, though the check does nothing; the same with zod's
# .meta() is. Below the top level it goes unnoticed in the other direction: a described member is asked by the slow way, the object
# around it is compiled.
source "$(dirname "$0")/common.sh"
install zod@4.6.7
expect 'zod, described: compiled
zod/mini, plain: compiled
zod/mini, described: as it was (z.compile does not support check type meta; this schema must use the runtime parser)
zod/mini, a described member: compiled' <<'JS'
import * as classic from "zod";
import * as mini from "zod/mini";

function tell(name, schema) {
  if (mini.compile(schema) !== schema) return console.log(`${name}: compiled`);
  try {
    mini.compile(schema, { strict: true });
  } catch (error) {
    console.log(`${name}: as it was (${error.message})`);
  }
}
tell("zod, described", classic.object({ id: classic.string() }).meta({ description: "An endpoint" }));
tell("zod/mini, plain", mini.object({ id: mini.string() }));
tell("zod/mini, described", mini.object({ id: mini.string() }).check(mini.meta({ description: "An endpoint" })));
tell("zod/mini, a described member", mini.object({ id: mini.string().check(mini.meta({ description: "Its id" })) }));
JS
