"use client";

import { TextField } from "../form/fields.tsx";

export const RateLimitField = () => (
  <TextField
    name="requestsPerSecond"
    label="Requests a second"
    type="number"
    min={1}
    step={1}
    empty={null}
    help="Requests beyond it are answered 429 and can be sent again. Empty: the server's own limit, if any."
  />
);
