import { CheckIcon } from "../ui/icons.tsx";

/** What has been reached. */
export const Checklist = ({ steps }: { steps: { done: boolean; text: string }[] }) => (
  <ol className="flex flex-wrap gap-x-6 gap-y-2 text-sm" aria-label="First steps">
    {steps.map(({ done, text }, index) => (
      <li key={text} className={`inline-flex items-center gap-2 ${done ? "text-good" : "text-ink-muted"}`}>
        <span
          className={`inline-flex size-5 items-center justify-center rounded-full border text-xs ${done ? "border-good bg-good-wash" : "border-line-strong"}`}
          aria-hidden="true"
        >
          {done ? <CheckIcon className="size-3" /> : index + 1}
        </span>
        {text}
        <span className="sr-only">{done ? ": done" : ": to do"}</span>
      </li>
    ))}
  </ol>
);
