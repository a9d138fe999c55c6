/** Of browsers that draw pages ahead, before anybody asks for them (`Document.prerendering`). */
type DrawnAhead = Pick<Document, "addEventListener"> & { prerendering?: boolean };

/** Resolves once somebody looks at the page: at once, unless the browser draws it ahead; then perhaps never. */
export const lookedAt = (page: DrawnAhead = document): Promise<void> =>
  new Promise((resolve) => {
    if (page.prerendering !== true) resolve();
    else page.addEventListener("prerenderingchange", () => resolve(), { once: true });
  });
