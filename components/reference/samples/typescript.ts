import type { Call } from "./samples.ts";
import { args, indented, literal, quoted, type Syntax } from "./write.ts";

const syntax: Syntax = {
  indent: "  ",
  scalar: (value) => (typeof value === "string" ? quoted(value) : String(value)),
  list: ["[", "]"],
  map: ["{", "}"],
  entry: (name, value) => `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)}: ${value}`,
  trailing: true,
};

/** Moments are Dates in the SDK. */
const sdkSyntax: Syntax = {
  ...syntax,
  scalar: (value) => (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? `new Date(${quoted(value)})` : syntax.scalar(value)),
};

export function typescript({ sdk, serverUrl, url, method, body }: Call): string {
  if (sdk !== null) {
    const given = [...sdk.parameters.map(quoted), ...(body === null ? [] : [literal(body, sdkSyntax)])];
    return `import { Svix } from "svix";

const svix = new Svix(process.env.WEBSTER_API_KEY!, { serverUrl: ${quoted(serverUrl)} });

const result = await svix.${[...sdk.resources, sdk.method].join(".")}(${args(given, "  ")});`;
  }
  const options = [
    ...(method === "get" ? [] : [`method: ${quoted(method.toUpperCase())}`]),
    body === null
      ? "headers: { authorization: `Bearer ${process.env.WEBSTER_API_KEY}` }"
      : 'headers: {\n  authorization: `Bearer ${process.env.WEBSTER_API_KEY}`,\n  "content-type": "application/json",\n}',
    ...(body === null ? [] : [`body: JSON.stringify(${literal(body, syntax)})`]),
  ];
  return `const response = await fetch(${quoted(url)}, {
${options.map((option) => `  ${indented(option, "  ")},`).join("\n")}
});
if (!response.ok) throw new Error(await response.text());`;
}
