"use client";

import Link from "next/link";
import { useQueries } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useMemo, useState } from "react";
import { ApplicationPicker } from "../application/applicationPicker.tsx";
import { ApiError } from "../api.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { usePortal } from "../session/portalSession.tsx";
import { buttonLook } from "../ui/button.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { toast } from "../ui/toast.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { copyOf, emptyDraft, inputOf } from "./endpointDraft.ts";
import { EndpointForm } from "./endpointForm.tsx";
import { endpointHeadersQuery, endpointQuery, useCreateEndpoint } from "./queries.ts";

const blank = emptyDraft();

export function NewEndpoint() {
  const url = useUrlState();
  const router = useRouter();
  const path = useEnvironmentPath();
  const portal = usePortal();
  const applicationId = portal?.application.id ?? url.get("application_id") ?? "";
  const create = useCreateEndpoint(applicationId);
  // A page that is left stays as it was; this one begins anew.
  const [visit, setVisit] = useState(0);
  useEffect(() => () => setVisit((before) => before + 1), []);
  const model = useModel(url.get("model_application_id"), url.get("model"));
  if (model.isError) return <ErrorState what="The endpoint to clone" error={model.error} onRetry={model.retry} />;
  if (model.draft === undefined) return <Skeleton className="h-96 w-full" />;
  return (
    <>
      <PageHeader
        title={model.draft === blank ? "Create endpoint" : "Clone endpoint"}
        lead={
          model.draft === blank
            ? `Where ${portal === null ? "an application’s" : "your"} messages go. Its signing secret is made for you.`
            : "With the same settings, and a signing secret of its own. Hidden headers and authentication are not copied."
        }
      />
      <EndpointForm
        key={`${visit} ${url.get("model") ?? ""}`}
        initial={model.draft}
        isNew
        applicationId={applicationId}
        action="Create endpoint"
        onSave={async (draft) => {
          if (applicationId === "") throw chooseApplication();
          const { id } = await create.mutateAsync(inputOf(draft));
          toast.good("Endpoint created");
          router.push(path(`/endpoints/${applicationId}/${id}?tab=test`));
        }}
        secondary={
          <Link
            className={buttonLook("quiet")}
            href={path(applicationId === "" || portal !== null ? "/endpoints" : `/applications/${applicationId}`)}
          >
            Cancel
          </Link>
        }
      >
        {portal === null && <ApplicationPicker value={applicationId} onChange={(id) => url.set({ application_id: id })} />}
      </EndpointForm>
    </>
  );
}

/** What the form begins with: nothing, or another endpoint's settings. */
function useModel(applicationId: string | null, endpointId: string | null) {
  const isCopy = applicationId !== null && endpointId !== null;
  const key = { applicationId: applicationId ?? "", endpointId: endpointId ?? "" };
  const [endpoint, headers] = useQueries({
    queries: [
      { ...endpointQuery(key), enabled: isCopy },
      { ...endpointHeadersQuery(key), enabled: isCopy },
    ],
  });
  const draft = useMemo(
    () => (!isCopy ? blank : endpoint.data && headers.data ? copyOf(endpoint.data, headers.data) : undefined),
    [isCopy, endpoint.data, headers.data],
  );
  const error = endpoint.error ?? headers.error;
  const retry = () => void Promise.all([endpoint.refetch(), headers.refetch()]);
  return error !== null && draft === undefined ? { isError: true as const, error, retry } : { isError: false as const, draft };
}

const chooseApplication = () =>
  new ApiError({
    status: 422,
    code: "validation_error",
    detail: "Choose the application that it belongs to.",
    issues: [],
    requestId: null,
    retryAfterSeconds: null,
  });
