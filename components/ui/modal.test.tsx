import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { Modal } from "./modal.tsx";

test("a dialog that an address opens is left to the browser, and the page behind it is drawn", () => {
  const page = (
    <main>
      Connectors
      <Modal onClose={() => undefined} labelledBy="title" className="">
        <h2 id="title">Team chat</h2>
      </Modal>
    </main>
  );
  expect(renderToString(page)).toBe("<main>Connectors</main>");
});
