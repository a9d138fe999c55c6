/** Two hooks that make a W, and the message that hangs between them. */
export function Wordmark() {
  return (
    <span className="flex items-center gap-2">
      <svg viewBox="0 0 32 32" className="size-6" aria-hidden="true" focusable="false">
        <path
          d="M4 7v10.5a6 6 0 0 0 12 0v-3M16 14.5v3a6 6 0 0 0 12 0V7"
          fill="none"
          stroke="currentColor"
          strokeWidth="3.4"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
        <circle cx="16" cy="7.5" r="2.8" className="fill-brand" />
      </svg>
      <span className="text-lg font-semibold tracking-tight">Webster</span>
    </span>
  );
}
