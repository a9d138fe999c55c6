import { applicationExamples } from "./applications.ts";
import { allEndpointExamples } from "./endpoints.ts";
import { environmentExamples } from "./environment.ts";
import type { Examples } from "./example.ts";
import { messageExamples } from "./messages.ts";
import { streamingExamples } from "./streaming.ts";

/** An example for every operation that an SDK of any language has. */
export const examples: Examples = {
  ...applicationExamples,
  ...allEndpointExamples,
  ...messageExamples,
  ...environmentExamples,
  ...streamingExamples,
};
