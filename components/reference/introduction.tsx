import { Link } from "../ui/link.tsx";
import type { ReactNode } from "react";
import { CodeBlock } from "../ui/codeBlock.tsx";
import type { Chapter } from "./reference.ts";

/** What holds for every operation, and the way to each. */
export function Introduction({ chapters, serverUrl }: { chapters: Chapter[]; serverUrl: string }) {
  return (
    <div className="max-w-3xl space-y-8">
      <div>
        <h1 className="text-xl font-semibold tracking-tight">API reference</h1>
        <p className="mt-1.5 max-w-prose text-ink-muted">
          Every operation of this Webster. It speaks the Svix API: the official SDKs work against it with this server&apos;s address.
        </p>
      </div>
      <Topic title="Address and key">
        <p>
          An API key belongs to one environment and stands in the <Code>Authorization</Code> header. Wherever an id is taken, your own uid
          will do. The whole description is at <Code>/api/v1/openapi.json</Code>.
        </p>
        <CodeBlock title="First call" code={`curl "${serverUrl}/api/v1/app" \\\n  -H "Authorization: Bearer $WEBSTER_API_KEY"`} />
      </Topic>
      <Topic title="Lists">
        <p>
          A list answers a page: <Code>data</Code>, an <Code>iterator</Code> for the next page, <Code>prevIterator</Code> for the one
          before, and <Code>done</Code> once nothing lies further. Give the iterator back as the query parameter of that name.
        </p>
      </Topic>
      <Topic title="Doing something once">
        <p>
          A POST with an <Code>Idempotency-Key</Code> may be repeated for 12 hours: the same key with the same request gets the first
          answer.
        </p>
      </Topic>
      <Topic title="Errors">
        <p>
          An error is <Code>{'{"code": "not_found", "detail": "…"}'}</Code>; a 422 names each field that is wrong. Every answer carries{" "}
          <Code>x-request-id</Code>. A 2xx to a message means that it is stored and will be sent.
        </p>
      </Topic>
      <Topic title="Limits">
        <p>
          A key may have a limit of requests a second. Answers then say what is left in <Code>RateLimit</Code>; beyond it they are 429, with{" "}
          <Code>Retry-After</Code>.
        </p>
      </Topic>
      <Topic title="Operations">
        <ul className="divide-y divide-line border-y border-line">
          {chapters.map(({ slug, name, entries }) => (
            <li key={slug}>
              <Link href={`/reference/${slug}`} className="flex h-9 items-center justify-between gap-4 hover:bg-sunken max-sm:h-11">
                <span>{name}</span>
                <span className="text-sm text-ink-muted tabular-nums">{entries.length}</span>
              </Link>
            </li>
          ))}
        </ul>
      </Topic>
    </div>
  );
}

const Topic = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="space-y-2.5">
    <h2 className="font-semibold">{title}</h2>
    {children}
  </section>
);

const Code = ({ children }: { children: ReactNode }) => <code className="font-mono text-xs wrap-anywhere">{children}</code>;
