"use client";

import { Link } from "../ui/link.tsx";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { ApiError } from "../api.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { OnlyFor } from "../session/onlyFor.tsx";
import { usePortal } from "../session/portalSession.tsx";
import { buttonLook } from "../ui/button.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { later } from "../ui/later.tsx";
import { toast } from "../ui/toast.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { inputOf } from "./endpointDraft.ts";
import { EndpointForm } from "./endpointForm.tsx";
import { useModel } from "./model.ts";
import { useCreateEndpoint } from "./queries.ts";

const ApplicationPicker = later(
  () => import("../application/applicationPicker.tsx").then((module) => module.ApplicationPicker),
  <Skeleton className="h-15 w-full" />,
);

export const NewEndpoint = () => (
  <OnlyFor least="member" what="create endpoints">
    <Creation />
  </OnlyFor>
);

function Creation() {
  const url = useUrlState();
  const router = useRouter();
  const path = useEnvironmentPath();
  const portal = usePortal();
  const applicationId = portal?.application.id ?? url.get("application_id") ?? "";
  const create = useCreateEndpoint(applicationId);
  // A page that is left stays as it was; this one begins anew.
  const [visit, setVisit] = useState(0);
  useEffect(() => () => setVisit((before) => before + 1), []);
  const { model, error, retry } = useModel({
    endpointId: url.get("model"),
    applicationId: url.get("model_application_id"),
    connectorId: url.get("connector"),
  });
  if (error !== null) return <ErrorState what="What it is made of" error={error} onRetry={retry} />;
  if (model === undefined) return <Skeleton className="h-96 w-full" />;
  return (
    <>
      <PageHeader
        title={model.title}
        lead={model.lead ?? `Where ${portal === null ? "an application’s" : "your"} messages go. Its signing secret is made for you.`}
      />
      <EndpointForm
        key={`${visit} ${model.key}`}
        initial={model.draft}
        isNew
        applicationId={applicationId}
        action="Create endpoint"
        onSave={async (draft) => {
          if (applicationId === "") throw chooseApplication();
          const { id } = await create.mutateAsync({ fields: inputOf(draft), code: model.code });
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
        {portal === null && (
          <ApplicationPicker value={applicationId} onChange={(id) => url.set({ application_id: id }, { replace: true })} />
        )}
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
