/** What a thing is called: its name, or its id where that is made of blanks alone, as the API takes it. A link needs a text. */
export const nameOr = (name: string, id: string): string => name.trim() || id;
