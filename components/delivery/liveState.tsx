import { LiveIcon, PauseIcon, WarningIcon } from "../ui/icons.tsx";

/** Whether the page changes by itself. */
export function LiveState({
  failed,
  of,
  paused,
  told,
}: {
  failed: boolean;
  /** When what is shown was last known, milliseconds since 1970. */
  of: number;
  paused: boolean;
  /** Changes are shown as they happen, not found by asking again and again. */ told: boolean;
}) {
  const { Icon, words } = failed
    ? {
        Icon: WarningIcon,
        words: `Not connected: what you see is as it was at ${new Date(of).toLocaleTimeString()}; it is tried again`,
      }
    : paused
      ? { Icon: PauseIcon, words: "Paused while rows are selected" }
      : { Icon: LiveIcon, words: told ? "Live" : "Refreshed every few seconds" };
  return (
    <span className={`inline-flex items-center gap-1.5 ${failed ? "text-warn" : ""}`} aria-live="polite">
      <Icon className="size-3.5" />
      {words}
    </span>
  );
}
