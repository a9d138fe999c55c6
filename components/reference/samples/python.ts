import type { Call } from "./samples.ts";
import { args, literal, pascal, quoted, snake, type Syntax } from "./write.ts";

const syntax: Syntax = {
  indent: "    ",
  scalar: (value) =>
    value === null
      ? "None"
      : typeof value === "boolean"
        ? pascal(String(value))
        : typeof value === "string"
          ? quoted(value)
          : String(value),
  list: ["[", "]"],
  map: ["{", "}"],
  entry: (name, value) => `${quoted(name)}: ${value}`,
  trailing: true,
};

const sdkSyntax: Syntax = {
  ...syntax,
  scalar: (value) =>
    typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? `datetime.fromisoformat(${quoted(value)})` : syntax.scalar(value),
  model: (name) => ({ open: `${name}(`, close: ")", field: (field, value) => `${snake(field)}=${value}` }),
};

export function python({ sdk, serverUrl, url, method, body }: Call): string {
  if (sdk !== null) {
    const model = body?.kind === "object" && sdk.model !== null ? { ...body, model: sdk.model } : body;
    const text = model === null ? null : literal(model, sdkSyntax);
    const classes = [...new Set([...(text ?? "").matchAll(/\b([A-Z]\w+)\(/g)].map((match) => match[1] ?? ""))];
    const given = [...sdk.parameters.map(quoted), ...(text === null ? [] : [text])];
    return `import os
${text?.includes("datetime.") ? "from datetime import datetime\n" : ""}
from svix.api import ${["Svix", "SvixOptions", ...classes].join(", ")}

svix = Svix(os.environ["WEBSTER_API_KEY"], SvixOptions(server_url=${quoted(serverUrl)}))

result = svix.${[...sdk.resources, sdk.method].map(snake).join(".")}(${args(given, "    ", true)})`;
  }
  const given = [
    quoted(url),
    `headers={"Authorization": f"Bearer {os.environ['WEBSTER_API_KEY']}"}`,
    ...(body === null ? [] : [`json=${literal(body, syntax)}`]),
  ];
  return `import os

import requests

response = requests.${method}(${args(given, "    ", true)})
response.raise_for_status()`;
}
