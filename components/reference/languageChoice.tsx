"use client";

import { createContext, type ReactNode, useContext, useState } from "react";
import { type Language, languageCookie } from "./languages.ts";

type Choice = { language: Language; choose: (language: Language) => void };

const Context = createContext<Choice>({ language: "curl", choose: () => undefined });

const yearSeconds = 365 * 24 * 3600;

/** One language for all examples of the reference; remembered. */
export function LanguageChoice({ initial, children }: { initial: Language; children: ReactNode }) {
  const [language, setLanguage] = useState(initial);
  const choose = (chosen: Language) => {
    setLanguage(chosen);
    document.cookie = `${languageCookie}=${encodeURIComponent(chosen)}; path=/; max-age=${yearSeconds}; samesite=lax`;
  };
  return <Context value={{ language, choose }}>{children}</Context>;
}

export const useLanguage = (): Choice => useContext(Context);
