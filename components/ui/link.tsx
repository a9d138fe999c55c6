"use client";

import NextLink from "next/link";
import { useState, type ComponentProps } from "react";

/**
 * A link inside of Webster. Its page is fetched ahead when somebody points at it or comes to it by keyboard; fetching all
 * that is in sight kept the browser busy for a second with pages that nobody asked for. `prefetch={false}`: never ahead.
 */
export function Link({ prefetch, onMouseEnter, onFocus, onTouchStart, ...rest }: ComponentProps<typeof NextLink>) {
  const [isIntended, setIsIntended] = useState(false);
  const intending =
    <E,>(then?: (event: E) => void) =>
    (event: E): void => {
      setIsIntended(true);
      then?.(event);
    };
  return (
    <NextLink
      {...rest}
      prefetch={isIntended && prefetch !== false ? null : false}
      onMouseEnter={intending(onMouseEnter)}
      onFocus={intending(onFocus)}
      onTouchStart={intending(onTouchStart)}
    />
  );
}
