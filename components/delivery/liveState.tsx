import { Pause, Radio, WifiOff } from "lucide-react";

/** Whether the page changes by itself. */
export function LiveState({ failed, paused }: { failed: boolean; paused: boolean }) {
  const { Icon, words } = failed
    ? { Icon: WifiOff, words: "Not connected: shows what was known last, and tries again" }
    : paused
      ? { Icon: Pause, words: "Paused while rows are selected" }
      : { Icon: Radio, words: "Live" };
  return (
    <span className={`inline-flex items-center gap-1.5 ${failed ? "text-warn" : ""}`} aria-live="polite">
      <Icon className="size-3.5 shrink-0" aria-hidden="true" />
      {words}
    </span>
  );
}
