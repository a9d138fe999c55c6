import { Badge } from "./badge.tsx";

/** Words as they are written in code, such as event types and channels. */
export const Badges = ({ words }: { words: readonly string[] }) => (
  <span className="flex flex-wrap gap-1">
    {words.map((word) => (
      <Badge key={word} mono>
        {word}
      </Badge>
    ))}
  </span>
);
