/** The languages of the examples. Which one is chosen is kept in a cookie, so that the server draws it from the start. */
export const languages = ["curl", "TypeScript", "Python", "Go", "Ruby", "C#"] as const;
export type Language = (typeof languages)[number];

export const languageCookie = "webster-language";

export const chosenLanguage = (cookie: string | undefined): Language => {
  const text = cookie === undefined ? "" : decodeURIComponent(cookie);
  return languages.find((language) => language === text) ?? "curl";
};
