import type { ReactNode } from "react";
import { ErrorIcon, InfoIcon, SuccessIcon, WarningIcon } from "./icons.tsx";

const look = {
  info: { box: "border-line bg-surface", mark: "text-ink-muted", Icon: InfoIcon },
  good: { box: "border-good/30 bg-good-wash", mark: "text-good", Icon: SuccessIcon },
  warn: { box: "border-warn/30 bg-warn-wash", mark: "text-warn", Icon: WarningIcon },
  bad: { box: "border-bad/30 bg-bad-wash", mark: "text-bad", Icon: ErrorIcon },
};

type AlertProps = {
  tone: keyof typeof look;
  title: string;
  children?: ReactNode;
  /** Set when it appears in answer to what the person did, so that it is read out. */
  live?: boolean;
};

/** What happened, why, and what to do. */
export function Alert({ tone, title, children, live = false }: AlertProps) {
  const { box, mark, Icon } = look[tone];
  return (
    <div role={live ? "alert" : undefined} className={`flex gap-2.5 rounded-md border p-3 ${box}`}>
      <Icon className={`mt-[3px] size-4 ${mark}`} />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        {children && <div className="mt-0.5 text-sm text-ink-muted">{children}</div>}
      </div>
    </div>
  );
}
