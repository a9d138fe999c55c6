"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { useEnvironmentPath } from "../environmentPath.ts";
import { OnlyFor } from "../session/onlyFor.tsx";
import { buttonLook } from "../ui/button.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { toast } from "../ui/toast.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { ProviderHint } from "./providerHint.tsx";
import { senderWords } from "./senderWords.ts";
import { ProviderPicker } from "./providerPicker.tsx";
import { providersQuery, useCreateSource } from "./queries.ts";
import { emptyDraft, inputOf } from "./sourceDraft.ts";
import { SourceForm } from "./sourceForm.tsx";

export const NewSource = () => (
  <OnlyFor least="member" what="create sources">
    <Creation />
  </OnlyFor>
);

function Creation() {
  const url = useUrlState();
  const router = useRouter();
  const path = useEnvironmentPath();
  const { data, error, refetch } = useQuery(providersQuery);
  const create = useCreateSource();
  // A page that is left stays as it was; this one begins anew.
  const [visit, setVisit] = useState(0);
  useEffect(() => () => setVisit((before) => before + 1), []);
  const provider = data?.find(({ kind }) => kind === url.get("provider"));
  return (
    <>
      <PageHeader
        title="Create source"
        lead={provider === undefined ? "Who will send? That decides how each request is verified." : senderWords(provider).lead}
      />
      {error !== null && data === undefined ? (
        <ErrorState what="The providers" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton className="h-64 w-full" />
      ) : provider === undefined ? (
        <ProviderPicker providers={data} />
      ) : (
        <>
          <ProviderHint provider={provider} />
          <SourceForm
            key={`${visit} ${provider.kind}`}
            provider={provider}
            initial={emptyDraft(provider.label)}
            sourceId={null}
            action="Create source"
            onSave={async (draft) => {
              const { id } = await create.mutateAsync(inputOf(draft, provider));
              toast.good("Source created");
              router.push(path(`/sources/${id}`));
            }}
            secondary={
              <Link className={buttonLook("quiet")} href={url.href({ provider: null })}>
                Choose another provider
              </Link>
            }
          />
        </>
      )}
    </>
  );
}
