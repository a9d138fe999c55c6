/** What the page does once its session has ended. Loaded then: Webster is there, for it has just refused something. */
import { type ApiError, isPortal } from "../api.ts";
import { hasUnsaved } from "../ui/leaving.ts";
import { toast } from "../ui/toast.tsx";
import { isSigningOut } from "./signingOut.ts";

/** Many queries learn of it at once. */
let isTold = false;

/** Signing in leads back here. Where something is typed it stays, and signing in is elsewhere. */
export function leaveOnEnd(error: ApiError): void {
  // The organization requires one from now on: its layout leads to where one is set up.
  if (error.code === "second_factor_required") return window.location.reload();
  if (isSigningOut()) return;
  const { pathname, search } = window.location;
  const inPortal = isPortal(pathname);
  const signIn = inPortal ? "/portal?ended" : `/login?next=${encodeURIComponent(pathname + search)}`;
  if (!hasUnsaved()) return window.location.assign(signIn);
  if (isTold) return;
  isTold = true;
  if (inPortal)
    return toast.bad("Your access has ended. What you typed is still here: open the portal again from where you came, in another tab.");
  toast.bad(
    "Your session has ended. What you typed is still here.",
    <a href={signIn} target="_blank" className="font-medium underline underline-offset-2" onClick={() => (isTold = false)}>
      Sign in in another tab
    </a>,
  );
}
