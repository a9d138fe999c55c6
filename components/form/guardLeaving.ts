/** Leaving unsaved input by a link, back, or closing the tab: each is held up, and asks first. */
import { type Ask, leave, unsaved } from "../ui/leaving.ts";

/** Asks by `ask` from now on before `element` is left. Returns what ends that. */
export function guardLeaving(element: Element, ask: Ask): () => void {
  listen("addEventListener");
  unsaved.set(element, ask);
  return () => forget(element);
}

function forget(element: Element): void {
  unsaved.delete(element);
  if (unsaved.size === 0) listen("removeEventListener");
}

function listen(change: "addEventListener" | "removeEventListener"): void {
  window[change]("beforeunload", onUnload);
  // Before Next.js sees the click.
  document[change]("click", onClick, true);
  navigationOf(window)?.[change]("navigate", onNavigate);
}

const asks = (): boolean => [...unsaved.values()].some((ask) => ask !== null);

/** The browser asks in its own words. */
function onUnload(event: Event): void {
  if (asks()) event.preventDefault();
}

function onClick(event: Event): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || !asks() || !(event instanceof MouseEvent) || !leadsAway(link, event)) return;
  event.preventDefault();
  event.stopPropagation();
  leave(() => link.click());
}

/** Not: another tab, a download, a place on the same page, or a link that itself says that it gives up what was typed. */
function leadsAway(link: HTMLAnchorElement, { button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean {
  if (button !== 0 || metaKey || ctrlKey || shiftKey || altKey) return false;
  if (link.href === "" || link.target === "_blank" || link.hasAttribute("download") || link.dataset["discard"] !== undefined) return false;
  const { origin, pathname, search } = window.location;
  return !(link.hash !== "" && link.origin === origin && link.pathname === pathname && link.search === search);
}

type NavigateEvent = Event & { navigationType: string; destination: { key: string } };
type Navigation = EventTarget & { traverseTo: (key: string) => unknown };

/** Back and forward can be held up where the browser has the Navigation API. */
const navigationOf = (of: object): Navigation | undefined => (of as { navigation?: Navigation }).navigation;

function onNavigate(event: Event): void {
  const { navigationType, cancelable, destination } = event as NavigateEvent;
  if (navigationType !== "traverse" || !cancelable || !asks()) return;
  event.preventDefault();
  leave(() => void navigationOf(window)?.traverseTo(destination.key));
}
