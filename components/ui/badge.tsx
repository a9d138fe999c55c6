import type { ReactNode } from "react";

const looks = {
  neutral: "border-line bg-sunken text-ink-muted",
  accent: "border-accent/30 bg-accent-wash text-accent",
  good: "border-good/30 bg-good-wash text-good",
  warn: "border-warn/30 bg-warn-wash text-warn",
  bad: "border-bad/30 bg-bad-wash text-bad",
};

type BadgeProps = { tone?: keyof typeof looks; mono?: boolean; children: ReactNode };

/** A short word that belongs to a name: an event type, a channel, "Expiring". */
export function Badge({ tone = "neutral", mono = false, children }: BadgeProps) {
  return (
    <span
      className={`inline-flex max-w-full items-center rounded-sm border px-1.5 text-xs leading-5 ${mono ? "font-mono" : "font-medium"} ${looks[tone]}`}
    >
      <span className="truncate">{children}</span>
    </span>
  );
}
