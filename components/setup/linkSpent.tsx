import { Alert } from "../ui/alert.tsx";

/** The link has no token, a used one or an expired one: all the same to the reader. */
export function LinkSpent() {
  return (
    <div className="max-w-prose space-y-5">
      <Alert tone="warn" live title="This setup link can't be used">
        It has been used already, has expired, or was not copied whole.
      </Alert>
      <div className="space-y-2">
        <p>
          <strong className="font-medium">No owner yet?</strong> Stop Webster and start it again: as long as there is no owner, each start
          prints a new link.
        </p>
        <p>
          <strong className="font-medium">Owner created already?</strong> Then setup is done, and the API key it showed is the one to use.
        </p>
      </div>
    </div>
  );
}
