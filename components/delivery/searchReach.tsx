"use client";

import { useQuery } from "@tanstack/react-query";
import { Time } from "../ui/time.tsx";
import { searchIndexQuery } from "./searchIndex.ts";

/** What a search leaves out, for its words are not read yet. Nothing, if it looks at all that the log shows. */
export function SearchReach({ after }: { /** The log's beginning, or "". */ after: string }) {
  const { data } = useQuery(searchIndexQuery);
  if (data === undefined || (data.since !== null && after !== "" && Date.parse(after) >= Date.parse(data.since))) return null;
  return (
    <p className="mb-2 text-sm text-ink-muted">
      {data.since === null ? (
        "Nothing can be found yet: the messages’ words are being read, the newest first."
      ) : (
        <>
          The search finds messages since <Time at={data.since} />. Older ones are being read, as far as they are kept.
        </>
      )}
    </p>
  );
}
