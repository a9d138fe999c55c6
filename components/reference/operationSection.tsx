import type { ReactNode } from "react";
import type { OpenApi } from "./document.ts";
import { Fields, ParameterList } from "./fields.tsx";
import { Method } from "./method.tsx";
import { Prose } from "./prose.tsx";
import type { ReferenceOperation } from "./reference.ts";
import { SamplePanel } from "./samplePanel.tsx";

/** One operation: what it does and takes on the left, how it is called on the right. */
export function OperationSection({ operation, document }: { operation: ReferenceOperation; document: OpenApi }) {
  const { anchor, operationId, method, path, summary, paragraphs, parameters, body, responses, samples } = operation;
  const good = responses.filter(({ status }) => status.startsWith("2"));
  const errors = responses.filter(({ status }) => !status.startsWith("2"));
  const at = (place: string) => parameters.filter((parameter) => parameter.in === place);
  return (
    <section id={anchor} aria-labelledby={`${anchor}-title`} className="scroll-mt-16 border-t border-line py-6 first-of-type:mt-4">
      <h2 id={`${anchor}-title`} className="text-lg font-semibold">
        <a href={`#${anchor}`} className="hover:underline">
          {summary}
        </a>
      </h2>
      <p className="mt-1 flex flex-wrap items-baseline gap-x-2">
        <Method method={method} />
        <code className="font-mono text-xs wrap-anywhere">{path}</code>
      </p>
      <div className="mt-4 grid gap-x-8 gap-y-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,28rem)]">
        <div className="min-w-0 space-y-5">
          {paragraphs.map((paragraph) => (
            <Prose key={paragraph}>{paragraph}</Prose>
          ))}
          {at("path").length > 0 && (
            <Part title="In the path">
              <ParameterList parameters={at("path")} document={document} />
            </Part>
          )}
          {at("query").length > 0 && (
            <Part title="In the query">
              <ParameterList parameters={at("query")} document={document} />
            </Part>
          )}
          {body !== null && (
            <Part title={body.required ? "Body" : "Body, may be left out"}>
              <Fields schema={body.schema} document={document} />
            </Part>
          )}
          {good.map(({ status, response, schema }) => (
            <Part key={status} title={`Answer ${status}`}>
              <Prose>{response.description}</Prose>
              {schema !== null && (
                <details className="mt-1">
                  <summary className="cursor-pointer text-sm text-ink-muted hover:text-ink max-sm:py-2">Fields of the answer</summary>
                  <div className="mt-2">
                    <Fields schema={schema} document={document} />
                  </div>
                </details>
              )}
            </Part>
          ))}
          {errors.length > 0 && (
            <details>
              <summary className="cursor-pointer text-sm text-ink-muted hover:text-ink max-sm:py-2">
                Errors: {errors.map(({ status }) => status).join(", ")}
              </summary>
              <dl className="mt-2 divide-y divide-line border-y border-line text-sm">
                {errors.map(({ status, response }) => (
                  <div key={status} className="flex gap-4 py-1.5">
                    <dt className="w-10 shrink-0 font-mono text-xs leading-5">{status}</dt>
                    <dd>{response.description}</dd>
                  </div>
                ))}
              </dl>
            </details>
          )}
        </div>
        <div className="min-w-0">
          <div className="space-y-3 xl:sticky xl:top-16">
            {samples.length > 0 ? (
              <SamplePanel samples={samples} summary={summary} />
            ) : (
              <p className="text-sm text-ink-muted">The dashboard calls it with the session of who is signed in. There is no key for it.</p>
            )}
            <p className="text-sm text-ink-muted">
              Operation <code className="font-mono text-xs">{operationId}</code>
            </p>
          </div>
        </div>
      </div>
    </section>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <div>
    <h3 className="mb-1.5 text-sm font-medium">{title}</h3>
    {children}
  </div>
);
