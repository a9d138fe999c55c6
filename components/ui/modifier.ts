"use client";

import { useSyncExternalStore } from "react";

/** What the key beside others is called here: "⌘" on Apple's machines, "Ctrl" elsewhere, and until it is known. */
export const useModifier = (): string => useSyncExternalStore(never, modifier, () => "Ctrl");

export const modifierOf = (userAgent: string): string => (/Mac|iP(hone|ad)/.test(userAgent) ? "⌘" : "Ctrl");

const modifier = (): string => modifierOf(navigator.userAgent);
const never = () => () => undefined;
