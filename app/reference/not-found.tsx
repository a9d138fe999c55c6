export default function SectionNotFound() {
  return (
    <>
      <h1 className="text-xl font-semibold tracking-tight">There is no such section</h1>
      <p className="mt-1.5 text-ink-muted">Choose one from the list.</p>
    </>
  );
}
