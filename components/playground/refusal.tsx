import { Alert } from "../ui/alert.tsx";

/** What the API answered with, if it refused. */
export const Refusal = ({ error }: { error: Error | null }) =>
  error === null ? null : (
    <div className="mt-3">
      <Alert tone="bad" live title={error.message} />
    </div>
  );
