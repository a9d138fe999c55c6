import type { ReactNode } from "react";
import { Wordmark } from "../brand/wordmark.tsx";
import { LanguageChoice } from "./languageChoice.tsx";
import type { Language } from "./languages.ts";
import type { Chapter } from "./reference.ts";
import { ReferenceNavigation } from "./referenceNavigation.tsx";

// A new document: what stands behind it may need a session.
const start = "/";

type FrameProps = { chapters: Chapter[]; language: Language; children: ReactNode };

/** The frame of the reference. It needs no session. */
export const ReferenceFrame = ({ chapters, language, children }: FrameProps) => (
  <>
    <a
      href="#main"
      className="sr-only z-50 rounded-md bg-solid px-3 py-2 text-on-solid focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
    >
      Skip to the page
    </a>
    <header className="sticky top-0 z-20 flex h-13 items-center border-b border-line bg-surface px-4">
      <a href={start} className="-mx-1 rounded-sm px-1" aria-label="Webster, start page">
        <Wordmark />
      </a>
    </header>
    <div className="flex flex-1 flex-col md:flex-row">
      <ReferenceNavigation chapters={chapters} />
      <main id="main" tabIndex={-1} className="min-w-0 flex-1 px-4 py-5 outline-none sm:px-6">
        <div className="mx-auto max-w-6xl">
          <LanguageChoice initial={language}>{children}</LanguageChoice>
        </div>
      </main>
    </div>
  </>
);
