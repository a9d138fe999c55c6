/** Made-up customers of a made-up shop system, and where they want to be told. Names under `.example` belong to nobody. */
export type Customer = {
  uid: string;
  name: string;
  plan: "starter" | "growth" | "enterprise";
  /** Its share of the messages, beside the others'. */
  weight: number;
  endpoints: MadeEndpoint[];
};

export type MadeEndpoint = {
  /** `customer/kind`, by which outages name it. */
  key: string;
  url: string;
  description: string;
  /** Groups of event types; empty: all. */
  about: string[];
  /** What its answers usually take. */
  latencyMs: number;
  disabled: boolean;
};

type Kind = "main" | "books" | "shipping" | "crm" | "staging";

const kinds: Record<Kind, { url: (domain: string) => string; description: string; about: string[] }> = {
  main: { url: (domain) => `https://api.${domain}/webhooks`, description: "Production", about: [] },
  books: { url: (domain) => `https://books.${domain}/hooks/invoices`, description: "Bookkeeping", about: ["invoice", "payment", "refund"] },
  shipping: { url: (domain) => `https://${domain}/integrations/shipping`, description: "Warehouse", about: ["order", "shipment"] },
  crm: { url: (domain) => `https://hooks.${domain}/crm`, description: "CRM", about: ["customer", "subscription"] },
  staging: { url: (domain) => `https://staging.${domain}/webhooks`, description: "Staging, switched off after the launch", about: [] },
};

type Row = [name: string, weight: number, latencyMs: number, kinds: Kind[]];

const rows: Row[] = [
  ["Kestrel Freight", 26, 95, ["main", "shipping"]],
  ["Papaya Pay", 15, 48, ["main", "books"]],
  ["Juniper Hotels", 12, 130, ["main", "crm"]],
  ["Bluebird Bakery", 10, 62, ["main", "shipping", "staging"]],
  ["Nordlicht Optik", 9, 88, ["main", "books"]],
  ["Maple Street Books", 8, 71, ["main", "shipping"]],
  ["Lumen Energy", 8, 210, ["main"]],
  ["Harbour & Pine", 7, 105, ["main", "crm"]],
  ["Copperfield Bikes", 7, 57, ["main", "shipping"]],
  ["Orchard Health", 6, 160, ["main", "books"]],
  ["Saffron Kitchen", 6, 44, ["main"]],
  ["Quill & Co", 5, 76, ["main", "books"]],
  ["Sparrow Post", 5, 39, ["main", "shipping"]],
  ["Atlas Fitness", 5, 142, ["main", "crm"]],
  ["Fjord Seafood", 4, 118, ["main", "shipping"]],
  ["Velvet Cinema", 4, 66, ["main"]],
  ["Borealis Air", 4, 187, ["main", "crm", "staging"]],
  ["Olive & Thyme", 4, 52, ["main"]],
  ["Granite Tools", 3, 90, ["main", "shipping"]],
  ["Lantern Games", 3, 34, ["main", "crm"]],
  ["Tidewater Surf", 3, 73, ["main"]],
  ["Wren Insurance", 3, 240, ["main", "books"]],
  ["Pebble Toys", 3, 81, ["main", "shipping"]],
  ["Café Morgenrot", 3, 58, ["main"]],
  ["Cobalt Robotics", 2, 29, ["main"]],
  ["Riverbend Clinic", 2, 172, ["main", "books"]],
  ["Tandem Rides", 2, 64, ["main"]],
  ["Hazel Nursery", 2, 99, ["main", "shipping"]],
  ["Umbra Studios", 2, 47, ["main", "crm"]],
  ["Zephyr Mobile", 2, 110, ["main"]],
  ["Acorn Savings", 2, 133, ["main", "books"]],
  ["Dovetail Joinery", 1, 84, ["main"]],
  ["Ember Ceramics", 1, 69, ["main", "staging"]],
  ["Foxglove Florists", 1, 55, ["main"]],
  ["Mosaic Tiles", 1, 77, ["main", "shipping"]],
  ["Pinecone Camping", 1, 92, ["main"]],
];

export const customers: Customer[] = rows.map(([name, weight, latencyMs, kindsOfIt]) => {
  const uid = name
    .normalize("NFD")
    .toLowerCase()
    .replaceAll(/[^a-z ]/g, "")
    .replaceAll(/ +/g, "-");
  const plan = weight > 7 ? "enterprise" : weight > 2 ? "growth" : "starter";
  const endpoints = kindsOfIt.map((kind, at) => {
    const { url, description, about } = kinds[kind];
    const disabled = kind === "staging";
    return { key: `${uid}/${kind}`, url: url(`${uid}.example`), description, about, latencyMs: latencyMs + 23 * at, disabled };
  });
  return { uid, name, plan, weight, endpoints };
});
