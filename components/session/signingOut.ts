/** Whether this page is signing out: that its other requests are answered 401 then is no end of a session to be told of. */
let signingOut = false;

export const isSigningOut = (): boolean => signingOut;

/** `leave` answers whether it came about; where it did not, the page stays and goes on. */
export async function signingOutBy(leave: () => Promise<boolean>): Promise<boolean> {
  signingOut = true;
  signingOut = await leave();
  return signingOut;
}
