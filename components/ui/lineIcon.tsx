import type { IconNode } from "lucide";
import { type ComponentProps, createElement } from "react";

export type LineIcon = (props: ComponentProps<"svg">) => React.ReactNode;

/**
 * An icon of Lucide's data, for what every page loads: its own components for React weigh three times as much. Stands beside a
 * word, or in a control that has a name, and so is hidden from assistive technology.
 */
export const lineIcon =
  (node: IconNode): LineIcon =>
  (props) => (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      {...props}
    >
      {node.map(([tag, attributes], at) => createElement(tag, { ...attributes, key: at }))}
    </svg>
  );
