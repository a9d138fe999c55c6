/** The first that is found counts: most browsers name others beside themselves. */
const browsers = [
  ["Edge", /\bEdg(e|A|iOS)?\//],
  ["Opera", /\b(OPR|Opera)\//],
  ["Samsung Internet", /\bSamsungBrowser\//],
  ["Firefox", /\b(Firefox|FxiOS)\//],
  ["Chrome", /\b(Chrome|CriOS|HeadlessChrome)\//],
  ["Safari", /\bSafari\//],
] as const;

const systems = [
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["Android", /\bAndroid\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMac OS X\b/],
  ["ChromeOS", /\bCrOS\b/],
  ["Linux", /\bLinux\b/],
] as const;

/** "Firefox, Windows": what a User-Agent says, as people call it. What is none of them is shown as it is. */
export function browserWords(userAgent: string | null): string {
  if (userAgent === null) return "Unknown";
  const [browser, system] = [browsers, systems].map((list) => list.find(([, sign]) => sign.test(userAgent))?.[0]);
  return browser === undefined ? userAgent : [browser, system].filter(Boolean).join(", ");
}
