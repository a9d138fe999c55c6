"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { ApplicationPicker } from "../application/applicationPicker.tsx";
import { ApiError } from "../api.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { usePortal } from "../session/portalSession.tsx";
import { buttonLook } from "../ui/button.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { toast } from "../ui/toast.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { emptyDraft, inputOf } from "./endpointDraft.ts";
import { EndpointForm } from "./endpointForm.tsx";
import { useCreateEndpoint } from "./queries.ts";

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
  return (
    <>
      <PageHeader
        title="Create endpoint"
        lead={`Where ${portal === null ? "an application’s" : "your"} messages go. Its signing secret is made for you.`}
      />
      <EndpointForm
        key={visit}
        initial={blank}
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

const chooseApplication = () =>
  new ApiError({
    status: 422,
    code: "validation_error",
    detail: "Choose the application that it belongs to.",
    issues: [],
    requestId: null,
    retryAfterSeconds: null,
  });
