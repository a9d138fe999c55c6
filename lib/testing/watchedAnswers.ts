/** Looks at what the API's routes answer in this process, whichever server is around them. */
import { routes } from "../api/routes.ts";
import { Reply } from "../api/reply.ts";
import { faultOfAnswer, streamed } from "./documentedAnswers.ts";

const faults: string[] = [];
let isWatching = false;

/** Watches the routes once, because files share a process, and with it the routes. */
export function watchAnswers(): void {
  if (isWatching) return;
  isWatching = true;
  for (const route of routes) {
    const { operation, answer } = route;
    route.answer = async (c) => {
      const given = await answer(c);
      const { status, contentType } = given;
      const fault = faultOfAnswer(operation, { status, contentType, text: given instanceof Reply ? given.text : streamed });
      if (fault !== null) faults.push(fault);
      return given;
    };
  }
}

/** The faults that were found since the last call. */
export const takeFaults = (): string[] => faults.splice(0);
