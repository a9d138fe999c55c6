import { grouped } from "../ui/number.ts";
import type { Count } from "./queries.ts";

const plurals = { delivery: "deliveries", message: "messages" } as const;

/** "1 delivery", "more than 10,000 messages" */
export const countText = ({ count, capped }: Count, noun: keyof typeof plurals): string =>
  `${capped ? "more than " : ""}${grouped(count)} ${count === 1 && !capped ? noun : plurals[noun]}`;
