import { Badge } from "../ui/badge.tsx";
import type { OpenApi, Parameter, Schema } from "./document.ts";
import { Prose } from "./prose.tsx";
import { descriptionOf, limitsOf, objectIn, typeOf } from "./schemaWords.ts";

const deepest = 4;

/** An object's fields, nested ones folded. */
export function Fields({ schema, document, depth = 0 }: { schema: Schema; document: OpenApi; depth?: number }) {
  const object = objectIn(schema, document);
  if (object === null) return <p className="text-sm text-ink-muted">{typeOf(schema, document)}</p>;
  return (
    <dl className="divide-y divide-line border-y border-line">
      {Object.entries(object.properties ?? {}).map(([name, field]) => (
        <Field
          key={name}
          name={name}
          schema={field}
          isRequired={object.required?.includes(name) === true}
          description={descriptionOf(field, document)}
          document={document}
          depth={depth}
        />
      ))}
    </dl>
  );
}

export const ParameterList = ({ parameters, document }: { parameters: Parameter[]; document: OpenApi }) => (
  <dl className="divide-y divide-line border-y border-line">
    {parameters.map(({ name, schema = {}, required = false, description }) => (
      <Field
        key={name}
        name={name}
        schema={schema}
        isRequired={required}
        description={description ?? descriptionOf(schema, document)}
        document={document}
        depth={deepest}
      />
    ))}
  </dl>
);

type FieldProps = { name: string; schema: Schema; isRequired: boolean; description: string; document: OpenApi; depth: number };

function Field({ name, schema, isRequired, description, document, depth }: FieldProps) {
  const limits = limitsOf(schema, document);
  const nested = depth < deepest && objectIn(schema, document) !== null;
  return (
    <div className="py-2">
      <dt className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
        <code className="font-mono text-xs font-medium wrap-anywhere">{name}</code>
        <span className="text-xs wrap-anywhere text-ink-muted">{typeOf(schema, document)}</span>
        {isRequired && <Badge tone="accent">required</Badge>}
      </dt>
      <dd className="mt-0.5">
        {description !== "" && <Prose>{description}</Prose>}
        {limits.length > 0 && <p className="text-xs text-ink-muted">{limits.join(", ")}</p>}
        {nested && (
          <details className="mt-1">
            <summary className="cursor-pointer text-xs text-ink-muted hover:text-ink max-sm:py-2">
              Fields of <code className="font-mono">{name}</code>
            </summary>
            <div className="mt-1 border-l border-line pl-3">
              <Fields schema={schema} document={document} depth={depth + 1} />
            </div>
          </details>
        )}
      </dd>
    </div>
  );
}
