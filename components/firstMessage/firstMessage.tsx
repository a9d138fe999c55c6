import { CodeBlock } from "../ui/codeBlock.tsx";

type FirstMessageProps = {
  /** Webster's public address, without a trailing slash. */
  url: string;
  /** Null: the reader fills it in. */
  apiKey: string | null;
};

/** From an API key to a delivered message, to paste into a terminal. */
export function FirstMessage({ url, apiKey }: FirstMessageProps) {
  return (
    <ol className="space-y-5">
      {steps(url, apiKey).map(({ title, note, code }, index) => (
        <li key={title} className="grid grid-cols-[1.5rem_minmax(0,1fr)] gap-x-2.5">
          <span
            aria-hidden="true"
            className="flex size-6 items-center justify-center rounded-full bg-accent-wash text-xs font-semibold text-accent"
          >
            {index + 1}
          </span>
          <div className="min-w-0">
            <h3 className="font-medium">{title}</h3>
            <p className="mt-0.5 mb-2 text-sm text-ink-muted">{note}</p>
            <CodeBlock caption={`Step ${index + 1}, shell`} code={code} />
          </div>
        </li>
      ))}
    </ol>
  );
}

function steps(url: string, apiKey: string | null) {
  return [
    {
      title: "Say where Webster is, and who you are",
      note: apiKey ? "The key is filled in; keep the terminal open for the next steps." : "Put your API key in place of the dots.",
      code: `export WEBSTER_URL='${url}'\nexport WEBSTER_API_KEY='${apiKey ?? "…"}'`,
    },
    {
      title: "Create an application and its endpoint",
      note: "An application is one of your customers; an endpoint is a URL of theirs. Use one that you can watch.",
      code: `${post("/app?get_if_exists=true", '{"name": "Espresso Corner", "uid": "espresso-corner"}')}\n\n${post(
        "/app/espresso-corner/endpoint",
        '{"url": "https://example.com/webhooks"}',
      )}`,
    },
    {
      title: "Send a message",
      note: "Answered with 202 once it is stored. The delivery goes out signed, and is retried until the endpoint answers 2xx.",
      code: post(
        "/app/espresso-corner/msg",
        '{"eventType": "cafe.closed", "payload": {"profit": 412.50, "currency": "EUR", "date": "2026-11-23"}}',
      ),
    },
    {
      title: "See what happened to it",
      note: "Each attempt with its status, duration and the endpoint's answer. Put the message's id in place of the dots.",
      code: `curl "$WEBSTER_URL/api/v1/app/espresso-corner/attempt/msg/msg_…" \\\n  -H "Authorization: Bearer $WEBSTER_API_KEY"`,
    },
  ];
}

const post = (path: string, body: string) =>
  `curl "$WEBSTER_URL/api/v1${path}" \\
  -H "Authorization: Bearer $WEBSTER_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '${body}'`;
