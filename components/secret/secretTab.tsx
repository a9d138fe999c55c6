"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { EndpointSecretInfo } from "../../lib/contract/secret.ts";
import type { EndpointSignatureOut } from "../../lib/contract/signature.ts";
import type { EndpointKey } from "../endpoint/queries.ts";
import { MayManageSecrets } from "../session/may.tsx";
import { usePortal, useSender } from "../session/portalSession.tsx";
import { Alert } from "../ui/alert.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { CopyButton } from "../ui/copyButton.tsx";
import { Id } from "../ui/id.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { Countdown } from "./countdown.tsx";
import { revealSecret, secretsQuery, useExpireSecret } from "./queries.ts";
import { SinceRotation } from "./sinceRotation.tsx";
import { whenOpened } from "../ui/whenOpened.tsx";

const RotateSecretDialog = whenOpened(
  () => import("./rotateSecret.tsx").then((module) => module.RotateSecretDialog),
  (props) => props.open,
);

export function SecretTab({ signature, ...endpoint }: EndpointKey & { signature: EndpointSignatureOut }) {
  const { data, error, refetch } = useQuery(secretsQuery(endpoint));
  const [rotating, setRotating] = useState(false);
  if (error !== null && data === undefined) return <ErrorState what="The secrets" error={error} onRetry={() => void refetch()} />;
  const current = data?.data.find(({ expiresAt }) => expiresAt === null);
  const old = data?.data.filter(({ expiresAt }) => expiresAt !== null) ?? [];
  return (
    <div className="max-w-2xl space-y-6">
      <section aria-labelledby="current-secret">
        <div className="mb-2 flex items-center justify-between gap-3">
          <h2 id="current-secret" className="font-semibold">
            Signing secret
          </h2>
          <MayManageSecrets>
            <Button variant="secondary" size="small" onClick={() => setRotating(true)}>
              Rotate secret
            </Button>
          </MayManageSecrets>
        </div>
        {data === undefined ? <Skeleton className="h-20 w-full" /> : <Current key={current?.id} secret={current} endpoint={endpoint} />}
      </section>
      {old.length > 0 && (
        <section aria-labelledby="old-secrets">
          <h2 id="old-secrets" className="mb-1 font-semibold">
            {signature.style === "github" ? "Not yet expired" : "Still signing"}
          </h2>
          <p className="mb-2 text-sm text-ink-muted">
            {signature.style === "github"
              ? "Not in GitHub’s style, whose header holds one signature: they would sign again if the style changed."
              : "Messages carry a signature of each of these too, so that a receiver which has not changed over yet goes on working."}
          </p>
          {current && <SinceRotation endpoint={endpoint} at={current.createdAt} />}
          <ul className="divide-y divide-line rounded-md border border-line bg-surface">
            {old.map((secret) => (
              <Old key={secret.id} secret={secret} endpoint={endpoint} onOver={() => void refetch()} />
            ))}
          </ul>
        </section>
      )}
      <Verify algorithm={current?.algorithm ?? "hmac-sha256"} signature={signature} />
      <RotateSecretDialog endpoint={endpoint} style={signature.style} open={rotating} onOpenChange={setRotating} />
    </div>
  );
}

type CurrentProps = { secret: EndpointSecretInfo | undefined; endpoint: EndpointKey };

const mask = "whsec_••••••••••••••••••••••••••••••••";

/** What is revealed lives in this component alone, and goes when its page is left: pages that are left stay in the document, hidden. */
function Current({ secret, endpoint }: CurrentProps) {
  const [text, setText] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => () => setText(null), []);
  const toggle = async () => {
    if (text !== null) return setText(null);
    setPending(true);
    setFault(null);
    try {
      setText(await revealSecret(endpoint));
    } catch (error) {
      setFault((error as Error).message);
    } finally {
      setPending(false);
    }
  };
  return (
    <div className="rounded-md border border-line bg-surface">
      <div className="flex items-center gap-2 p-2 pl-3 max-sm:flex-col max-sm:items-stretch">
        <code className="min-w-0 flex-1 font-mono text-xs break-all" data-testid="secret">
          {text ?? (secret?.algorithm === "ed25519" ? "whpk_••••••••••••••••••••••••••••••••" : mask)}
        </code>
        <span className="flex gap-2">
          <MayManageSecrets>
            <Button variant="secondary" size="small" pending={pending} aria-pressed={text !== null} onClick={() => void toggle()}>
              {text === null ? "Reveal secret" : "Hide secret"}
            </Button>
          </MayManageSecrets>
          {text !== null && <CopyButton text={text} label="secret" />}
        </span>
      </div>
      {fault !== null && (
        <div className="border-t border-line p-2">
          <Alert tone="bad" live title={fault} />
        </div>
      )}
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-3 py-2 text-sm text-ink-muted">
        <Badge mono>{secret?.algorithm ?? "hmac-sha256"}</Badge>
        {secret && (
          <span>
            Made <Time at={secret.createdAt} />
          </span>
        )}
        <MayManageSecrets otherwise={<WhoMay />}>Revealing it is noted in the audit log.</MayManageSecrets>
      </p>
    </div>
  );
}

function Old({
  secret: { id, expiresAt, createdAt },
  endpoint,
  onOver,
}: {
  secret: EndpointSecretInfo;
  endpoint: EndpointKey;
  onOver: () => void;
}) {
  const [open, setOpen] = useState(false);
  const expire = useExpireSecret(endpoint);
  if (expiresAt === null) return null;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-3 py-2 text-sm">
      <Id id={id} />
      <span className="text-ink-muted">
        Made <Time at={createdAt} />
      </span>
      <span className="ml-auto flex items-center gap-3">
        <Countdown until={expiresAt} onOver={onOver} />
        <MayManageSecrets>
          <Button variant="secondary" size="small" onClick={() => setOpen(true)}>
            Expire now
          </Button>
        </MayManageSecrets>
      </span>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Expire secret now"
        typed="expire"
        onConfirm={async () => {
          await expire.mutateAsync(id);
          toast.good("The old secret no longer signs");
        }}
      >
        <p>Receivers that still verify with it refuse every message from now on. This can’t be undone.</p>
      </ConfirmDialog>
    </li>
  );
}

const Verify = ({ algorithm, signature }: { algorithm: EndpointSecretInfo["algorithm"]; signature: EndpointSignatureOut }) => (
  <section aria-labelledby="verify" className="text-sm text-ink-muted">
    <h2 id="verify" className="mb-1 font-semibold text-ink">
      Verify on the receiving side
    </h2>
    <p>
      Take the raw bytes of the body, before any parsing, with{" "}
      {headersOf(signature).map((name, i) => (
        <span key={name}>
          {i > 0 && ", "}
          <Code>{name}</Code>
        </span>
      ))}{" "}
      and {algorithm === "ed25519" ? "the public key" : "this secret"}:
    </p>
    <pre className="mt-2 wrap-anywhere whitespace-pre-wrap rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5 text-ink">
      {codeOf(signature)}
    </pre>
    <p className="mt-2">Each delivery’s page has the code for eight languages, with its own bytes to try.</p>
  </section>
);

function headersOf(signature: EndpointSignatureOut): string[] {
  switch (signature.style) {
    case "standard":
      return ["webhook-id", "webhook-timestamp", "webhook-signature"];
    case "svix":
      return ["svix-id", "svix-timestamp", "svix-signature"];
    case "stripe":
    case "github":
      return [signature.signatureHeader];
  }
}

function codeOf(signature: EndpointSignatureOut): string {
  switch (signature.style) {
    case "standard":
      return 'import { Webhook } from "standardwebhooks";\n\nconst payload = new Webhook(process.env.WEBHOOK_SECRET).verify(rawBody, headers);';
    case "svix":
      return 'import { Webhook } from "svix";\n\nconst payload = new Webhook(process.env.WEBHOOK_SECRET).verify(rawBody, headers);';
    case "stripe":
      return `import Stripe from "stripe";\n\nconst event = Stripe.webhooks.constructEvent(rawBody, headers["${signature.signatureHeader.toLowerCase()}"], process.env.WEBHOOK_SECRET);`;
    case "github":
      return `import { verify } from "@octokit/webhooks-methods";\n\nconst isGood = await verify(process.env.WEBHOOK_SECRET, rawBody, headers["${signature.signatureHeader.toLowerCase()}"]);`;
  }
}

const Code = ({ children }: { children: string }) => <code className="font-mono text-xs">{children}</code>;

function WhoMay() {
  const isPortal = usePortal() !== null;
  const sender = useSender();
  return isPortal ? `${sender} can give you access that reveals and rotates it.` : "Admins can reveal and rotate it.";
}
