"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowRight, Bookmark, Building2, SunMoon } from "lucide";
import { useRouter } from "next/navigation";
import { type KeyboardEvent, useDeferredValue, useId, useRef, useState } from "react";
import type { SessionOut } from "../../lib/contract/session.ts";
import type { SearchedKind } from "../../lib/words/searchedKind.ts";
import { shortUrl } from "../delivery/format.ts";
import { searchOfView } from "../savedView/openedView.ts";
import { savedViewsQuery } from "../savedView/queries.ts";
import { type Hit, searchQuery } from "../search/queries.ts";
import { useMembership } from "../session/queries.ts";
import { Url } from "../ui/url.tsx";
import { clockMs } from "../ui/clock.ts";
import { leave } from "../ui/leaving.ts";
import { Dialog } from "../ui/overlay.tsx";
import { currentTheme, setTheme } from "../ui/theme.ts";
import { creationsOf } from "./creations.ts";
import { destinationOf } from "./destinations.ts";
import { namedBy } from "./namedBy.ts";
import { pages } from "./pages.ts";
import { type LineIcon, lineIcon } from "../ui/lineIcon.tsx";
import { AppWindowIcon, InboxIcon, ShapesIcon, SquareArrowOutUpRightIcon, UserRoundIcon } from "./icons.ts";
import { BookOpenIcon, KeyboardIcon, PlusIcon } from "../ui/moreIcons.ts";

const ArrowRightIcon = lineIcon(ArrowRight);
const BookmarkIcon = lineIcon(Bookmark);
const Building2Icon = lineIcon(Building2);
const SunMoonIcon = lineIcon(SunMoon);

type PaletteProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  base: string;
  session: SessionOut;
  onHelp: () => void;
};

/** Type to go anywhere, or to make something: pages, forms, environments, whatever has that name, and whatever a pasted id names. */
export default function Palette(props: PaletteProps) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title="Go to" bare>
      <Entries {...props} />
    </Dialog>
  );
}

type Entry = {
  key: string;
  label: string;
  isUrl?: boolean;
  /** What tells it from others of its name. */
  detail?: string;
  /** Found by these too. */
  words?: string;
  Icon: LineIcon;
  run: () => void;
};

const found: Record<SearchedKind, { noun: string; Icon: LineIcon; path: (hit: Hit) => string }> = {
  application: { noun: "Application", Icon: AppWindowIcon, path: ({ id }) => `/applications/${id}` },
  endpoint: { noun: "Endpoint", Icon: SquareArrowOutUpRightIcon, path: ({ id, applicationId }) => `/endpoints/${applicationId}/${id}` },
  eventType: { noun: "Event type", Icon: ShapesIcon, path: ({ id }) => `/event-types/${encodeURIComponent(id)}` },
  source: { noun: "Source", Icon: InboxIcon, path: ({ id }) => `/sources/${id}` },
  member: { noun: "Member", Icon: UserRoundIcon, path: () => "/settings/members" },
};
const kinds = Object.keys(found) as SearchedKind[];

const settings = {
  profile: "Profile",
  members: "Members",
  keys: "API keys",
  environments: "Environments",
  "operational-webhooks": "Operational webhooks",
  alerts: "Alerts",
  "audit-log": "Audit log",
  system: "System",
};

/** The focus stays in the field, whose arrow keys and Enter choose from the list; what is chosen is read out. */
function Entries(props: PaletteProps) {
  const id = useId();
  const [text, setText] = useState("");
  const [index, setIndex] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const { entries, isSearching } = useEntries(props, text);
  const chosen = Math.min(index, entries.length - 1);

  const choose = (next: number) => {
    setIndex(next);
    list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = { ArrowDown: chosen + 1, ArrowUp: chosen - 1 }[event.key];
    if (next !== undefined && entries.length > 0) {
      event.preventDefault();
      choose((next + entries.length) % entries.length);
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      entries[chosen]?.run();
    }
  };

  return (
    <>
      <input
        aria-label="Go to"
        aria-controls={`${id}-list`}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setIndex(0);
        }}
        onKeyDown={onKeyDown}
        placeholder="A page, a name, an id, or something new"
        className="sticky top-0 block h-11 w-full border-b border-line bg-surface px-4 text-base outline-none placeholder:text-ink-muted max-sm:text-lg"
      />
      <ul ref={list} id={`${id}-list`} className="p-2 empty:hidden">
        {entries.map(({ key, label, isUrl, detail, Icon, run }, at) => (
          <li key={key}>
            <button
              type="button"
              onClick={run}
              data-pointed={at === chosen ? "" : undefined}
              onPointerMove={() => setIndex(at)}
              className={`flex h-9 w-full items-center gap-2.5 rounded-sm px-2 text-left text-sm max-sm:h-11 ${at === chosen ? "bg-sunken" : ""}`}
            >
              <Icon className="size-4 shrink-0 text-ink-muted" strokeWidth={1.75} aria-hidden="true" />
              {isUrl ? <Url url={label} /> : <span className="truncate">{label}</span>}
              {detail && <span className="ml-auto max-w-[50%] shrink-0 truncate text-xs text-ink-muted">{detail}</span>}
            </button>
          </li>
        ))}
      </ul>
      <output className="sr-only">{entries[chosen]?.label}</output>
      {entries.length === 0 && (
        <output className="block px-4 py-6 text-center text-sm text-ink-muted">
          {isSearching ? "Searching…" : "Nothing has that name. An id must be whole: msg_, app_ or ep_ and 27 letters and digits."}
        </output>
      )}
    </>
  );
}

function useEntries({ onOpenChange, base, session, onHelp }: PaletteProps, text: string): { entries: Entry[]; isSearching: boolean } {
  const router = useRouter();
  const { role, isOperational } = useMembership();
  const { data: views } = useQuery(savedViewsQuery);
  const asked = useDeferredValue(text.trim());
  const search = useQuery({ ...searchQuery({ text: asked, kinds, limit: 5 }), enabled: asked !== "" });
  const go = (path: string) => () => {
    onOpenChange(false);
    leave(() => router.push(base + path));
  };
  const entries: Entry[] = [
    ...pages.map(({ path, label, Icon }) => ({ key: path, label, Icon, run: go(path) })),
    ...creationsOf(role, isOperational).map(({ path, label, words }) => ({ key: label, label, words, Icon: PlusIcon, run: go(path) })),
    ...(views?.data ?? []).map((view) => ({
      key: view.id,
      label: `Deliveries: ${view.name}`,
      words: "saved view",
      Icon: BookmarkIcon,
      run: () => go(`/deliveries${searchOfView(view, clockMs())}`)(),
    })),
    ...Object.entries(settings).map(([slug, label]) => ({
      key: slug,
      label: `Settings: ${label}`,
      Icon: ArrowRightIcon,
      run: go(`/settings/${slug}`),
    })),
    ...session.organizations.flatMap(({ id, name, environments }) =>
      environments
        .filter(({ operationalOfId }) => operationalOfId === null)
        .map((environment) => ({
          key: environment.id,
          label: `${name}, ${environment.name}`,
          words: `environment ${environment.id}`,
          Icon: Building2Icon,
          run: () => window.location.assign(`/${id}/${environment.id}`),
        })),
    ),
    {
      key: "theme",
      label: "Switch between light and dark",
      words: "theme",
      Icon: SunMoonIcon,
      run: () => setTheme((currentTheme() ?? systemTheme()) === "dark" ? "light" : "dark"),
    },
    {
      key: "reference",
      label: "API reference",
      words: "docs documentation curl sdk",
      Icon: BookOpenIcon,
      run: () => window.location.assign("/reference"),
    },
    { key: "help", label: "Keys", words: "keyboard shortcuts help", Icon: KeyboardIcon, run: onHelp },
  ];
  const named = namedBy(text, entries);
  const hits = asked === "" ? [] : (search.data?.data ?? []).filter(({ deleted }) => !deleted).map((hit) => entryOf(hit, go));
  const pasted = destinationOf(text);
  const first = pasted === null ? [] : [{ key: "pasted", label: pasted.label, Icon: ArrowRightIcon, run: go(pasted.path) }];
  return { entries: [...first, ...named, ...hits], isSearching: asked !== text.trim() || search.isFetching };
}

function entryOf(hit: Hit, go: (path: string) => () => void): Entry {
  const { noun, Icon, path } = found[hit.kind];
  const detail = [noun, hit.applicationName, hit.detail ?? hit.uid].filter(Boolean).join(" · ");
  const label = hit.kind === "endpoint" ? shortUrl(hit.name) : hit.name;
  return { key: `${hit.kind} ${hit.id}`, label, isUrl: hit.kind === "endpoint", detail, Icon, run: go(path(hit)) };
}

const systemTheme = () => (window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
