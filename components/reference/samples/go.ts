import type { Call } from "./samples.ts";
import { pascal, quoted } from "./write.ts";

/** The body is read from JSON: so it is right whichever of its fields are pointers. */
export function go({ sdk, serverUrl, url, method, json }: Call): string {
  if (sdk === null) return plain(url, method, json);
  const given = ["ctx", ...sdk.parameters.map(quoted), ...(json === null ? [] : ["in"]), ...(sdk.takesOptions ? ["nil"] : [])];
  const call = `client.${[...sdk.resources, sdk.method].map(pascal).join(".")}(${given.join(", ")})`;
  const body =
    json === null ? "" : `var in models.${sdk.model}\nif err := json.Unmarshal([]byte(\`${json}\`), &in); err != nil {\n\treturn err\n}\n`;
  const isSilent = sdk.method.startsWith("delete") || sdk.method.startsWith("expunge");
  return `// import svix "github.com/svix/svix-webhooks/go"${json === null ? "" : ' and "…/go/models"'}
serverURL, _ := url.Parse(${quoted(serverUrl)})
client, err := svix.New(os.Getenv("WEBSTER_API_KEY"), &svix.SvixOptions{ServerUrl: serverURL})
if err != nil {
\treturn err
}
${body}${isSilent ? `err = ${call}` : `result, err := ${call}`}`;
}

function plain(url: string, method: string, json: string | null): string {
  const body = json === null ? "nil" : `strings.NewReader(\`${json}\`)`;
  return `request, err := http.NewRequestWithContext(ctx, ${quoted(method.toUpperCase())}, ${quoted(url)}, ${body})
if err != nil {
\treturn err
}
request.Header.Set("Authorization", "Bearer "+os.Getenv("WEBSTER_API_KEY"))${json === null ? "" : '\nrequest.Header.Set("Content-Type", "application/json")'}
response, err := http.DefaultClient.Do(request)
if err != nil {
\treturn err
}
defer response.Body.Close()`;
}
