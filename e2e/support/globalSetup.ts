import { existsSync } from "node:fs";
import { join } from "node:path";

/** The servers that the tests start serve built pages; `npm test` builds them. */
export default function checkBuild(): void {
  if (!existsSync(join(import.meta.dirname, "../../.next/BUILD_ID")))
    throw new Error("The pages are not built: run `npm test`, or `npx next build`, first.");
}
