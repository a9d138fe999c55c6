"use client";

import * as Radix from "@radix-ui/react-tooltip";
import type { ReactNode } from "react";

const delayMs = 300;

type TooltipProps = { content: ReactNode; children: ReactNode; side?: "top" | "bottom" | "left" | "right"; defaultOpen?: boolean };

/** More about what is pointed at or focused. Never the only way to learn something. The child must take a ref. */
export function Tooltip({ content, children, side = "top", defaultOpen = false }: TooltipProps) {
  return (
    <Radix.Provider delayDuration={delayMs}>
      <Radix.Root defaultOpen={defaultOpen}>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal>
          <Radix.Content
            side={side}
            sideOffset={4}
            collisionPadding={8}
            className="z-50 max-w-80 rounded-md border border-line-strong bg-surface px-2.5 py-1.5 text-xs text-ink"
          >
            {content}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
