/** What the languages' writers share: names, quoted text, and literals of nested values. */
import type { Example, Scalar } from "../example.ts";

export const snake = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();

export const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** Double quotes; what JSON escapes, the languages here understand too. */
export const quoted = (text: string): string => JSON.stringify(text);

export const indented = (text: string, by: string): string => text.replaceAll("\n", `\n${by}`);

export type Syntax = {
  indent: string;
  scalar: (value: Scalar) => string;
  list: [open: string, close: string];
  /** A plain map, and how its entries are written. */
  map: [open: string, close: string];
  entry: (name: string, value: string) => string;
  /** An instance of an SDK's class; absent: classes are written as maps. */
  model?: (name: string) => { open: string; close: string; field: (name: string, value: string) => string };
  /** A comma behind the last one. */
  trailing: boolean;
};

export function literal(example: Example, syntax: Syntax): string {
  switch (example.kind) {
    case "scalar":
      return syntax.scalar(example.value);
    case "list":
      return block(
        syntax.list,
        example.items.map((one) => literal(one, syntax)),
        syntax,
      );
    case "object": {
      const model = example.model === null ? undefined : syntax.model?.(example.model);
      const write = model?.field ?? syntax.entry;
      return block(
        model === undefined ? syntax.map : [model.open, model.close],
        example.fields.map(({ name, value }) => write(name, literal(value, syntax))),
        syntax,
      );
    }
  }
}

function block([open, close]: [string, string], parts: string[], { indent, trailing }: Syntax): string {
  if (parts.length === 0) return open + close;
  const lines = parts.map((part) => indent + indented(part, indent)).join(",\n");
  return `${open}\n${lines}${trailing ? "," : ""}\n${close}`;
}

/** Arguments on one line if they fit, else one a line. */
export function args(parts: string[], indent: string, trailing = false): string {
  const flat = parts.join(", ");
  if (!flat.includes("\n") && flat.length < 80) return flat;
  // A lone block hangs on its call.
  if (parts.every((part, at) => at === parts.length - 1 || !part.includes("\n")) && !trailing) return flat;
  return `\n${parts.map((part) => indent + indented(part, indent)).join(",\n")}${trailing ? "," : ""}\n`;
}
