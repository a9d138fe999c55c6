"use client";

import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useDeferredValue, useId, useState } from "react";
import type { SearchedKind } from "../../lib/words/searchedKind.ts";
import { shortUrl } from "../delivery/format.ts";
import { shortId } from "../ui/shortId.tsx";
import { type Hit, searchQuery } from "./queries.ts";

/** What can be chosen: what was found, or, where anything may be named, the typed text itself. */
export type Option = { id: string; name: string; detail: string | null };

type Finder = {
  kind: SearchedKind;
  text: string;
  /** Only what belongs to this application. */
  applicationId?: string | undefined;
  /** A text that nothing is called can be chosen too. */
  free?: boolean;
  onChoose: (option: Option) => void;
};

/**
 * A field that finds by name, and its list. The focus stays in the field, whose arrow keys and Enter choose from the list; what
 * is chosen is read out.
 */
export function useFinder({ kind, text, applicationId, free = false, onChoose }: Finder) {
  const id = useId();
  const [index, setIndex] = useState(0);
  const asked = useDeferredValue(text.trim());
  const { data, error, isFetching, isPlaceholderData } = useQuery(
    searchQuery({ text: asked, kinds: [kind], ...(applicationId ? { applicationId } : {}) }),
  );
  const found = (data?.data ?? []).map(optionOf);
  const typed = text.trim();
  const isNew = free && typed !== "" && !found.some(({ name }) => name === typed);
  const options = isNew ? [...found, { id: typed, name: typed, detail: "As typed" }] : found;
  const chosen = Math.min(index, options.length - 1);

  const onKeyDown = (event: KeyboardEvent) => {
    const next = { ArrowDown: chosen + 1, ArrowUp: chosen - 1 }[event.key];
    if (next !== undefined && options.length > 0) {
      event.preventDefault();
      setIndex((next + options.length) % options.length);
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      const option = options[chosen];
      // What was found for a text of before is not what is meant now.
      if (option !== undefined && asked === typed && (!isPlaceholderData || option.id === typed)) onChoose(option);
    }
  };

  const field = {
    "aria-controls": `${id}-list`,
    autoComplete: "off",
    spellCheck: false,
    onKeyDown,
  };
  const isSettled = asked === typed && !isFetching && !isPlaceholderData;
  return { id, field, options, chosen, point: setIndex, error, isSettled, reset: () => setIndex(0) };
}

/** What tells it from others of its name. */
const optionOf = ({ id, uid, name, detail, applicationName, deleted, kind }: Hit): Option => {
  const about = [detail, applicationName, kind === "application" ? (uid ?? shortId(id)) : uid, deleted && "deleted"];
  return { id, name: kind === "endpoint" ? shortUrl(name) : name, detail: about.filter(Boolean).join(" · ") || null };
};
