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
    <section aria-labelledby="first-message">
      <h2 id="first-message" className="text-lg font-semibold">
        Send the first message
      </h2>
      <p className="mt-1 mb-4 text-ink-muted">
        Four steps in a terminal. To just watch it work, run <code className="font-mono text-xs text-ink">npm run demo</code> in a clone of
        Webster: it brings three cafés and a receiver of its own.
      </p>
      <ol className="space-y-3">
        {steps(url, apiKey).map(({ title, note, code }, index) => (
          <li key={title}>
            <CodeBlock
              title={title}
              note={note}
              code={code}
              mark={
                <span
                  aria-hidden="true"
                  className="flex size-5.5 shrink-0 items-center justify-center rounded-full bg-accent-wash text-xs font-semibold text-accent"
                >
                  {index + 1}
                </span>
              }
            />
          </li>
        ))}
      </ol>
    </section>
  );
}

const steps = (url: string, apiKey: string | null) => [
  {
    title: "Say where Webster is, and who you are",
    note: apiKey ? "Your key is filled in. Keep the terminal open for the next steps." : "Put your API key in place of the dots.",
    code: `export WEBSTER_URL='${url}'\nexport WEBSTER_API_KEY='${apiKey ?? "…"}'`,
  },
  {
    title: "Create an application and its endpoint",
    note: "An application is one of your customers, an endpoint a URL of theirs. Put one that you can watch in place of the example.",
    code: `${post("/app?get_if_exists=true", '{"name": "Espresso Corner", "uid": "espresso-corner"}')}\n\n${post(
      "/app/espresso-corner/endpoint",
      '{"url": "https://example.com/webhooks"}',
    )}`,
  },
  {
    title: "Send a message",
    note: "The answer is 202 once the message is stored. It goes out signed at once, and again on a schedule if the endpoint fails.",
    code: post("/app/espresso-corner/msg", '{"eventType": "cafe.closed", "payload": {"profit": 412.50, "currency": "EUR"}}'),
  },
  {
    title: "See what happened to it",
    note: "Each attempt with its status and the endpoint's answer. Put the id from the last answer in place of the dots.",
    code: `curl "$WEBSTER_URL/api/v1/app/espresso-corner/attempt/msg/msg_…" \\\n  -H "Authorization: Bearer $WEBSTER_API_KEY"`,
  },
];

const post = (path: string, body: string) =>
  `curl "$WEBSTER_URL/api/v1${path}" \\
  -H "Authorization: Bearer $WEBSTER_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '${body}'`;
