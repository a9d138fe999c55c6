import type { Call } from "./samples.ts";
import { args, literal, pascal, quoted, snake, type Syntax } from "./write.ts";

const syntax: Syntax = {
  indent: "  ",
  // "#{" would be evaluated.
  scalar: (value) => (value === null ? "nil" : typeof value === "string" ? quoted(value).replaceAll("#", "\\#") : String(value)),
  list: ["[", "]"],
  map: ["{", "}"],
  entry: (name, value) => `${quoted(name)} => ${value}`,
  trailing: false,
};

const sdkSyntax: Syntax = {
  ...syntax,
  model: (name) => ({ open: `Svix::${name}.new(`, close: ")", field: (field, value) => `${snake(field)}: ${value}` }),
};

export function ruby({ sdk, serverUrl, url, method, body }: Call): string {
  if (sdk !== null) {
    const model = body?.kind === "object" && sdk.model !== null ? { ...body, model: sdk.model } : body;
    const given = [...sdk.parameters.map(quoted), ...(model === null ? [] : [literal(model, sdkSyntax)])];
    return `require "svix"

svix = Svix::Client.new(ENV.fetch("WEBSTER_API_KEY"), Svix::SvixOptions.new(false, ${quoted(serverUrl)}))

result = svix.${[...sdk.resources, sdk.method].map(snake).join(".")}(${args(given, "  ")})`;
  }
  return `require "json"
require "net/http"

uri = URI(${quoted(url)})
request = Net::HTTP::${pascal(method)}.new(uri)
request["Authorization"] = "Bearer #{ENV.fetch("WEBSTER_API_KEY")}"
${body === null ? "" : `request["Content-Type"] = "application/json"\nrequest.body = JSON.generate(${literal(body, syntax)})\n`}response = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == "https") { |http| http.request(request) }`;
}
