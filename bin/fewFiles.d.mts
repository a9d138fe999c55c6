export function explainFewFiles(error: unknown): string | null;
