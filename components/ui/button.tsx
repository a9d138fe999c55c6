import type { ComponentProps } from "react";

const look = {
  primary: "border-transparent bg-solid text-on-solid enabled:hover:bg-solid-hover",
  secondary: "border-line-strong bg-surface text-ink enabled:hover:bg-sunken",
};

type ButtonProps = ComponentProps<"button"> & {
  variant?: keyof typeof look;
  /** Shows that the action is under way and takes no second click; the button keeps its focus. */
  pending?: boolean;
};

/** Its words name the verb and the object: "Create owner", not "Submit". */
export function Button({ variant = "primary", pending = false, className = "", onClick, type = "button", ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-disabled={pending || undefined}
      onClick={pending ? (event) => event.preventDefault() : onClick}
      className={`inline-flex h-9 items-center justify-center gap-2 rounded-md border px-3.5 text-sm font-medium transition-colors disabled:opacity-50 aria-disabled:cursor-progress aria-disabled:opacity-70 ${look[variant]} ${className}`}
    />
  );
}
