/** What is done while Webster doesn't answer. Apart from away.ts, because pages need it later. */
import { awayStatuses, noteAnswer } from "./away.ts";

/** Asks whether it is there, and notes it. */
export async function isThere(): Promise<boolean> {
  const status = await fetch("/api/v1/health", { cache: "no-store" }).then(
    (response) => response.status,
    () => 0,
  );
  noteAnswer(status);
  return !awayStatuses.includes(status);
}

/** The part of the Navigation API that is needed: https://html.spec.whatwg.org/multipage/nav-history-apis.html#navigation-interface */
type NavigateEvent = Event & {
  navigationType: string;
  hashChange: boolean;
  formData: unknown;
  destination: { url: string; sameDocument: boolean };
};

/**
 * Keeps the page where the way to the next one would end in the browser's own error page: before the document is left, Webster
 * must answer. `onStay`: it does not. Browsers without the Navigation API go on as they do.
 */
export function stayWhileAway(onStay: () => void): () => void {
  const { navigation } = window as unknown as { navigation?: EventTarget };
  let passing: string | null = null;
  const guard = (event: Event) => {
    const { navigationType, hashChange, formData, destination } = event as NavigateEvent;
    const { url } = destination;
    const leaves = !destination.sameDocument && !hashChange && !formData && navigationType !== "traverse" && navigationType !== "reload";
    if (!leaves || !event.cancelable || !url.startsWith(`${window.location.origin}/`) || passing === url) return;
    event.preventDefault();
    void isThere().then((answers) => {
      if (!answers) return onStay();
      passing = url;
      window.location.assign(url);
    });
  };
  navigation?.addEventListener("navigate", guard);
  return () => navigation?.removeEventListener("navigate", guard);
}
