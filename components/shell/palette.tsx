"use client";

import { Command } from "cmdk";
import { ArrowRight, Building2, Keyboard, type LucideIcon, SunMoon } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState, type ReactNode } from "react";
import type { SessionOut } from "../../lib/contract/session.ts";
import { Dialog } from "../ui/overlay.tsx";
import { currentTheme, setTheme } from "../ui/theme.ts";
import { destinationOf } from "./destinations.ts";
import { pages } from "./pages.ts";

type PaletteProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  base: string;
  session: SessionOut;
  onHelp: () => void;
};

/** Type to go anywhere: pages, environments, and whatever a pasted id names. */
export default function Palette(props: PaletteProps) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title="Go to" bare>
      <Entries {...props} />
    </Dialog>
  );
}

const settings = ["Profile", "Members", "Keys", "Environments", "Audit log"];

function Entries({ onOpenChange, base, session, onHelp }: PaletteProps) {
  const router = useRouter();
  const [text, setText] = useState("");
  const pasted = destinationOf(text);
  const go = (path: string) => {
    onOpenChange(false);
    router.push(base + path);
  };
  return (
    <Command label="Go to">
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="A page, an environment, or paste an id"
        className="h-11 w-full border-b border-line bg-surface px-4 text-base outline-none placeholder:text-ink-muted max-sm:text-lg"
      />
      <Command.List className="max-h-80 overflow-y-auto p-2 max-sm:max-h-none">
        <Command.Empty className="px-2 py-6 text-center text-sm text-ink-muted">
          Nothing has that name. An id must be whole: msg_, app_ or ep_ and 27 letters and digits.
        </Command.Empty>
        {pasted && (
          <Entry value={text} Icon={ArrowRight} onSelect={() => go(pasted.path)}>
            <span className="truncate">{pasted.label}</span>
          </Entry>
        )}
        {pages.map(({ path, label, Icon }) => (
          <Entry key={path} value={label} Icon={Icon} onSelect={() => go(path)}>
            {label}
          </Entry>
        ))}
        {pages.some(({ path }) => path === "/settings") &&
          settings.map((label) => (
            <Entry key={label} value={`Settings ${label}`} Icon={ArrowRight} onSelect={() => go(`/settings/${slug(label)}`)}>
              Settings: {label}
            </Entry>
          ))}
        {session.organizations.flatMap(({ id, name, environments }) =>
          environments.map((environment) => (
            <Entry
              key={environment.id}
              value={`Environment ${name} ${environment.name} ${environment.id}`}
              Icon={Building2}
              onSelect={() => window.location.assign(`/${id}/${environment.id}`)}
            >
              {name}, {environment.name}
            </Entry>
          )),
        )}
        <Entry value="Theme light dark" Icon={SunMoon} onSelect={() => setTheme(currentTheme() === "dark" ? "light" : "dark")}>
          Switch between light and dark
        </Entry>
        <Entry value="Keys keyboard shortcuts help" Icon={Keyboard} onSelect={onHelp}>
          Keys
        </Entry>
      </Command.List>
    </Command>
  );
}

const slug = (label: string): string => label.toLowerCase().replace(" ", "-");

type EntryProps = { value: string; Icon: LucideIcon; onSelect: () => void; children: ReactNode };

const Entry = ({ value, Icon, onSelect, children }: EntryProps) => (
  <Command.Item
    value={value}
    onSelect={onSelect}
    className="flex h-9 cursor-pointer items-center gap-2.5 rounded-sm px-2 text-sm data-[selected=true]:bg-sunken max-sm:h-11"
  >
    <Icon className="size-4 shrink-0 text-ink-muted" strokeWidth={1.75} aria-hidden="true" />
    {children}
  </Command.Item>
);
