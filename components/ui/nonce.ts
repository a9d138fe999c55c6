/**
 * Dialogs lock the page's scrolling with a style element of their own. The content security policy lets it in
 * only with the page's nonce, which every script of the page carries.
 */
import { setNonce } from "get-nonce";

if (typeof document !== "undefined") {
  const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce;
  if (nonce) setNonce(nonce);
}
