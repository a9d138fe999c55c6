/** Light, dark, or as the system has it (null). Kept in a cookie, so that the server draws it from the start. */

export const themeCookie = "webster-theme";
const yearSeconds = 365 * 24 * 3600;

export type Theme = "light" | "dark" | null;

export const chosenTheme = (cookie: string | undefined): Theme => (cookie === "light" || cookie === "dark" ? cookie : null);

export const currentTheme = (): Theme => chosenTheme(document.documentElement.dataset["theme"]);

export function setTheme(theme: Theme): void {
  if (theme === null) delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  const age = theme === null ? 0 : yearSeconds;
  document.cookie = `${themeCookie}=${theme ?? ""}; path=/; max-age=${age}; samesite=lax`;
}
