"use client";

import { Link } from "../ui/link.tsx";
import { useState } from "react";
import type { SourceOut } from "../../lib/contract/source.ts";
import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { May } from "../session/may.tsx";
import { Button, buttonLook } from "../ui/button.tsx";
import { later } from "../ui/later.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { Section } from "../ui/section.tsx";
import { Skeleton } from "../ui/states.tsx";
import { SecretText } from "../ui/secretText.tsx";
import { Time } from "../ui/time.tsx";
import { whenOpened } from "../ui/whenOpened.tsx";
import { ProviderHint } from "./providerHint.tsx";
import { senderWords } from "./senderWords.ts";
import { SourceSecrets } from "./sourceSecrets.tsx";

const SendTest = later(() => import("./sendTest.tsx").then((module) => module.SendTest), <Skeleton className="h-40 w-full" />);
const RotateToken = whenOpened(
  () => import("./rotateToken.tsx").then((module) => module.RotateToken),
  ({ open }) => open,
);

/** The URL as the provider is given it: a token that stands in it is still to be put behind. */
const given = (url: string, { provider, settings }: SourceOut): string =>
  provider === "url-token" ? `${url}?${encodeURIComponent(settings["parameter"] || "token")}=` : url;

export function SourceSetup({ source, provider }: { source: SourceOut; provider: SourceProviderOut | undefined }) {
  const path = useEnvironmentPath();
  const [rotating, setRotating] = useState(false);
  const hasSecrets = provider?.fields.some(({ name }) => name === "secret") ?? false;
  return (
    <>
      <Section title="URL" lead="Give it to the provider. Whoever knows it can send, so keep it like a secret.">
        {source.url === null ? (
          <p className="text-sm text-ink-muted">Members of the organization see it.</p>
        ) : (
          <SecretText text={given(source.url, source)} label="URL" />
        )}
        {source.oldUrlsExpireAt.map((at) => (
          <p key={at} className="mt-2 text-sm text-ink-muted">
            An old URL works too, until <Time at={at} ahead interactive />.
          </p>
        ))}
        <div className="mt-3">{provider && <ProviderHint provider={provider} />}</div>
        <May least="admin">
          <Button variant="secondary" size="small" onClick={() => setRotating(true)}>
            Rotate URL
          </Button>
          <RotateToken source={source} open={rotating} onOpenChange={setRotating} />
        </May>
      </Section>
      {hasSecrets && provider && (
        <div id="secrets">
          <Section title="Secrets" lead="What the provider signs with. Several count at once, so that one can be changed without a gap.">
            <SourceSecrets source={source} provider={provider} />
          </Section>
        </div>
      )}
      <Section
        title="Endpoints"
        lead="What is accepted becomes a message of this application, and goes to its endpoints: retries, logs and replay as ever."
      >
        <p className="text-sm wrap-anywhere">
          <Link className="underline underline-offset-2" href={path(`/applications/${source.application.id}`)}>
            {nameOr(source.application.name, source.application.id)}
          </Link>{" "}
          <span className="text-ink-muted">{source.ownsApplication ? "made with this source" : "shared"}</span>
        </p>
        <p className="mt-3 flex flex-wrap gap-2">
          <May least="member">
            <Link className={buttonLook("secondary", "small")} href={path(`/endpoints/new?application_id=${source.application.id}`)}>
              Add endpoint
            </Link>
          </May>
          <Link className={buttonLook("secondary", "small")} href={path(`/endpoints?application_id=${source.application.id}`)}>
            Show endpoints
          </Link>
        </p>
      </Section>
      <May least="member">
        <Section title="Test" lead={provider ? senderWords(provider).test : undefined}>
          {provider && <SendTest source={source} provider={provider} />}
        </Section>
      </May>
    </>
  );
}
