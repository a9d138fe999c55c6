import type { ReactNode } from "react";

/** Line icons on a 16 px grid. Always beside a word, so hidden from assistive technology. */
function icon(shape: ReactNode) {
  return function Icon({ className = "size-4" }: { className?: string }) {
    return (
      <svg
        viewBox="0 0 16 16"
        className={`shrink-0 ${className}`}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {shape}
      </svg>
    );
  };
}

export const CheckIcon = icon(<path d="m3 8.5 3.25 3.25L13 5" />);

export const CopyIcon = icon(
  <>
    <rect x="5.75" y="5.75" width="7.5" height="7.5" rx="1.5" />
    <path d="M3.75 10.25c-.83 0-1-.67-1-1.5v-4.5c0-1 .5-1.5 1.5-1.5h4.5c.83 0 1.5.17 1.5 1" />
  </>,
);

export const FilterIcon = icon(<path d="M2.5 4.5h11M4.75 8h6.5M6.75 11.5h2.5" />);

export const DashedIcon = icon(<circle cx="8" cy="8" r="6.25" strokeDasharray="2.4 2.5" />);

export const LiveIcon = icon(<path d="M8 8v.05M5.2 10.8a4 4 0 0 1 0-5.6m5.6 0a4 4 0 0 1 0 5.6M3 13a7 7 0 0 1 0-10m10 0a7 7 0 0 1 0 10" />);

export const PauseIcon = icon(<path d="M5.75 3.5v9M10.25 3.5v9" />);

export const InfoIcon = icon(
  <>
    <circle cx="8" cy="8" r="6.25" />
    <path d="M8 7.5v3.25M8 5.1v.05" />
  </>,
);

export const WarningIcon = icon(
  <>
    <path d="M8 2.25 14.25 13H1.75L8 2.25Z" />
    <path d="M8 6.5v3M8 11.2v.05" />
  </>,
);

export const ErrorIcon = icon(
  <>
    <circle cx="8" cy="8" r="6.25" />
    <path d="m5.9 5.9 4.2 4.2m0-4.2-4.2 4.2" />
  </>,
);

export const SuccessIcon = icon(
  <>
    <circle cx="8" cy="8" r="6.25" />
    <path d="m5.4 8.3 1.8 1.8 3.5-3.8" />
  </>,
);
