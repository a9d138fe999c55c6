"use client";

import type { ReactElement, ReactNode } from "react";
import { Spellings } from "./spellings.tsx";
import { Tooltip } from "./tooltip.tsx";

/** A time with its tooltip, which is asked for already, unless the pointer has gone since. */
export const TimeTip = ({ date, isPointed, children }: { date: Date; isPointed: () => boolean; children: ReactNode }) => (
  <Tooltip isPointed={isPointed} content={<Spellings date={date} />}>
    {children as ReactElement}
  </Tooltip>
);
