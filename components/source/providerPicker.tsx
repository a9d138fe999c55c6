"use client";

import { Link } from "../ui/link.tsx";
import { useState } from "react";
import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";
import { Field } from "../ui/field.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { belongsToNobody } from "./senderWords.ts";

/** The providers that most people look for. Kinds that belong to nobody come last. */
const mostUsed = ["stripe", "github", "shopify", "slack", "twilio", "paypal"];
export function ProviderPicker({ providers }: { providers: SourceProviderOut[] }) {
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const fits = providers.filter(({ kind, label }) => `${kind} ${label}`.toLowerCase().includes(wanted));
  const byLabel = (a: SourceProviderOut, b: SourceProviderOut) => a.label.localeCompare(b.label);
  const first = mostUsed.flatMap((name) => fits.filter(({ kind }) => kind === name));
  const named = fits.filter(({ kind }) => !belongsToNobody(kind) && !mostUsed.includes(kind)).sort(byLabel);
  const others = fits.filter(({ kind }) => belongsToNobody(kind));
  return (
    <div className="space-y-5">
      <Field
        label="Provider"
        placeholder="GitHub, Stripe…"
        autoComplete="off"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        className="max-w-sm"
      />
      {first.length > 0 && <Choices title="Most used" providers={first} />}
      {named.length > 0 && <Choices title="Providers" providers={named} />}
      {others.length > 0 && <Choices title="Any other sender" providers={others} />}
      {fits.length === 0 && (
        <p className="text-sm text-ink-muted">No provider of that name. Most sign with HMAC: choose “HMAC signature” and say how.</p>
      )}
    </div>
  );
}

function Choices({ title, providers }: { title: string; providers: SourceProviderOut[] }) {
  const url = useUrlState();
  return (
    <section aria-label={title}>
      <h2 className="mb-2 text-sm font-semibold">{title}</h2>
      <ul className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
        {providers.map(({ kind, label }) => (
          <li key={kind}>
            <Link
              href={url.href({ provider: kind })}
              className="flex min-h-10 items-center rounded-md border border-line bg-surface px-3 py-2 text-sm font-medium hover:border-line-strong hover:bg-sunken max-sm:min-h-11"
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
