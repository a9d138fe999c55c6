"use client";

import type { ConfirmDialogProps } from "./confirmation.tsx";
import { whenOpened } from "./whenOpened.tsx";

/** Asks before what can't be undone; `typed` asks for the name to be typed. */
export const ConfirmDialog = whenOpened<ConfirmDialogProps>(
  () => import("./confirmation.tsx").then((module) => module.Confirmation),
  ({ open }) => open,
);
