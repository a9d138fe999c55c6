"use client";

import { later } from "../ui/later.tsx";
import { Skeleton } from "../ui/states.tsx";
import { Text } from "./text.tsx";

const Bytes = later(() => import("./bytesView.tsx").then((module) => module.Bytes), <Skeleton className="h-24 w-full" />);

export type ContentProps = {
  label: string;
  note?: string;
  /** The content as text. Null: it is none, or there is nothing. */
  text: string | null;
  /** The bytes in base64. Null: they are the text's UTF-8. */
  base64: string | null;
  /** The words that stand there if there is no content. */
  none: string;
  /** The name of the downloaded file. */
  fileName: string;
};

/** Foreign content: as text where it is text, and its bytes where those say more. */
export function Content({ base64, fileName, ...props }: ContentProps) {
  return base64 === null ? <Text {...props} /> : <Bytes {...props} base64={base64} fileName={fileName} />;
}
