import type { Example } from "../example.ts";
import type { Call } from "./samples.ts";
import { args, indented, literal, pascal, quoted, type Syntax } from "./write.ts";

const syntax: Syntax = {
  indent: "    ",
  scalar: (value) =>
    typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)
      ? `DateTime.Parse(${quoted(value)})`
      : typeof value === "string"
        ? quoted(value)
        : String(value),
  list: ["[", "]"],
  map: ["new Dictionary<string, object>\n{", "}"],
  entry: (name, value) => `[${quoted(name)}] = ${value}`,
  model: (name) => ({ open: `new ${name}\n{`, close: "}", field: (field, value) => `${pascal(field)} = ${value}` }),
  trailing: true,
};

export function csharp({ sdk, serverUrl, url, method, body, json }: Call): string {
  if (sdk !== null) {
    const model: Example | null = body?.kind === "object" && sdk.model !== null ? { ...body, model: sdk.model } : body;
    const given = [...sdk.parameters.map(quoted), ...(model === null ? [] : [literal(model, syntax)])];
    const path = [...sdk.resources, `${sdk.method}Async`].map(pascal).join(".");
    return `using Svix;
using Svix.Models;

var key = Environment.GetEnvironmentVariable("WEBSTER_API_KEY")!;
var svix = new SvixClient(key, new SvixOptions(${quoted(serverUrl)}));

var result = await svix.${path}(${args(given, "    ")});`;
  }
  const content =
    json === null
      ? ""
      : `request.Content = new StringContent("""\n    ${indented(json, "    ")}\n    """, Encoding.UTF8, "application/json");\n`;
  return `var key = Environment.GetEnvironmentVariable("WEBSTER_API_KEY");
using var request = new HttpRequestMessage(HttpMethod.${pascal(method)}, ${quoted(url)});
request.Headers.Authorization = new("Bearer", key);
${content}using var http = new HttpClient();
var response = await http.SendAsync(request);
response.EnsureSuccessStatusCode();`;
}
