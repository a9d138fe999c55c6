"use client";

import NextLink from "next/link";
import { useState, type ComponentProps } from "react";

/**
 * A link inside of Webster. Its page is fetched ahead when somebody points at it or comes to it by keyboard; fetching all
 * that is in sight kept the browser busy for a second with pages that nobody asked for. `prefetch={false}`: never ahead.
 */
export function Link({ prefetch, ...rest }: Omit<ComponentProps<typeof NextLink>, "onMouseEnter" | "onFocus" | "onTouchStart">) {
  const [isIntended, setIsIntended] = useState(false);
  const intend = () => setIsIntended(true);
  return (
    <NextLink
      {...rest}
      prefetch={isIntended && prefetch !== false ? null : false}
      onMouseEnter={intend}
      onFocus={intend}
      onTouchStart={intend}
    />
  );
}
