import { LoaderCircle } from "lucide";
import type { ReactNode } from "react";
import { DashedIcon, ErrorIcon, SuccessIcon, WarningIcon } from "./icons.tsx";
import { type LineIcon, lineIcon } from "./lineIcon.tsx";
import { BanIcon } from "./lineIcons.ts";

const LoaderCircleIcon = lineIcon(LoaderCircle);

const looks = {
  good: { Icon: SuccessIcon, colour: "text-good" },
  bad: { Icon: ErrorIcon, colour: "text-bad" },
  warn: { Icon: WarningIcon, colour: "text-warn" },
  /** Under way. */
  busy: { Icon: heavier(LoaderCircleIcon), colour: "text-accent" },
  /** Will come. */
  waiting: { Icon: DashedIcon, colour: "text-ink-muted" },
  /** Switched off, given up. */
  off: { Icon: heavier(BanIcon), colour: "text-ink-muted" },
};

export type Tone = keyof typeof looks;

/** A state as an icon and a word, never as a colour alone: `<Status tone="good">Succeeded</Status>`. */
export function Status({ tone, children }: { tone: Tone; children: ReactNode }) {
  const { Icon, colour } = looks[tone];
  return (
    <span className={`inline-flex items-center gap-1.5 whitespace-nowrap ${colour}`}>
      <Icon className="size-3.5" />
      {children}
    </span>
  );
}

function heavier(Shape: LineIcon) {
  return ({ className = "" }: { className?: string }) => <Shape className={`shrink-0 ${className}`} strokeWidth={2.25} />;
}
