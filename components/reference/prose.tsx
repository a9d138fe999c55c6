/** A description of the document: `code` is the only markup that they have. */
export const Prose = ({ children, className = "" }: { children: string; className?: string }) => (
  <p className={`max-w-prose text-sm ${className}`}>
    {children.split("`").map((part, at) =>
      at % 2 === 0 ? (
        part
      ) : (
        <code key={at} className="font-mono text-xs wrap-anywhere">
          {part}
        </code>
      ),
    )}
  </p>
);
