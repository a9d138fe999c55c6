import type { Client } from "../actor.ts";

/** Whether one of Svix's SDKs before version 2 asks: those for Java and Kotlin fail on a body where their model has none. */
export const isSdkOfVersion1 = ({ userAgent }: Client): boolean => /^svix-libs\/[01]\./.test(userAgent ?? "");
