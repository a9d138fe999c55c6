import type { ComponentProps, MouseEvent } from "react";
import { useHydrated } from "./useHydrated.ts";

const look = {
  primary: "border-transparent bg-solid text-on-solid hover:bg-solid-hover",
  secondary: "border-line-strong bg-surface text-ink hover:bg-sunken",
  /** The look of buttons for what can't be undone. */
  danger: "border-transparent bg-danger text-on-danger hover:bg-danger-hover",
  quiet: "border-transparent text-ink-muted hover:bg-sunken hover:text-ink",
};

const sizes = { small: "h-8 px-2.5 max-sm:h-11 max-sm:px-3.5", medium: "h-9 px-3.5 max-sm:h-11" };

type ButtonProps = ComponentProps<"button"> & {
  variant?: keyof typeof look;
  size?: keyof typeof sizes;
  /** Shows that the action is under way and takes no second click; the button keeps its focus. */
  pending?: boolean;
  /** The second click of a double click means nothing, however quickly the first one was done, or put this button there. As is usual with `pending`. */
  once?: boolean;
};

/** A button, whose words name the verb and the object: "Create owner", not "Submit". */
export function Button({
  variant = "primary",
  size = "medium",
  pending,
  once = pending !== undefined,
  className = "",
  onClick,
  type = "button",
  disabled = false,
  ...rest
}: ButtonProps) {
  // Until scripts have come a browser would send a form by itself, with what was typed in the address: a password too.
  const isHydrated = useHydrated();
  const click = (event: MouseEvent<HTMLButtonElement>) => {
    if (pending || (once && event.detail > 1)) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      {...rest}
      type={type}
      disabled={disabled || (type === "submit" && !isHydrated)}
      aria-disabled={pending || undefined}
      onClick={click}
      className={`disabled:pointer-events-none disabled:opacity-50 aria-disabled:cursor-progress aria-disabled:opacity-70 ${buttonLook(variant, size)} ${className}`}
    />
  );
}

/** A link that looks like a button. */
export const buttonLook = (variant: keyof typeof look = "primary", size: keyof typeof sizes = "medium"): string =>
  `inline-flex items-center justify-center gap-2 rounded-md border text-sm font-medium transition-colors ${sizes[size]} ${look[variant]}`;
