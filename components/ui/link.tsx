"use client";

import { useRouter } from "next/navigation";
import type { ComponentProps, MouseEvent } from "react";

type LinkProps = Omit<ComponentProps<"a">, "href" | "onMouseEnter" | "onFocus" | "onTouchStart"> & {
  href: string;
  /** False: the page stays where it is scrolled to. */
  scroll?: boolean;
  /** False: its page is never fetched ahead. */
  prefetch?: boolean;
};

/**
 * A link inside of Webster. Its page is fetched ahead when somebody points at it or comes to it by keyboard; fetching all
 * that is in sight kept the browser busy for a second with pages that nobody asked for. In place of Next.js's own, which is
 * four kilobytes of every page for what it does beyond.
 */
export function Link({ href, scroll = true, prefetch = true, onClick, children, ...rest }: LinkProps) {
  const router = useRouter();
  const intend = prefetch ? () => router.prefetch(href) : undefined;
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || leadsElsewhere(event)) return;
    event.preventDefault();
    router.push(href, { scroll });
  };
  return (
    <a {...rest} href={href} onClick={follow} onMouseEnter={intend} onFocus={intend} onTouchStart={intend}>
      {children}
    </a>
  );
}

/** Into another tab or window, a file, or away from Webster: all of that the browser does by itself. */
export const leadsElsewhere = ({ currentTarget: link, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent<HTMLAnchorElement>): boolean =>
  metaKey ||
  ctrlKey ||
  shiftKey ||
  altKey ||
  link.origin !== window.location.origin ||
  (link.target !== "" && link.target !== "_self") ||
  link.hasAttribute("download");
