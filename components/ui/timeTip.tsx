"use client";

import type { ReactElement, ReactNode } from "react";
import { Spellings } from "./spellings.tsx";
import { Tooltip } from "./tooltip.tsx";

/** A time with its tooltip, which is asked for already. */
export const TimeTip = ({ date, children }: { date: Date; children: ReactNode }) => (
  <Tooltip pointed content={<Spellings date={date} />}>
    {children as ReactElement}
  </Tooltip>
);
