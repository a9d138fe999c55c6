/** The event types of a made-up shop system, how often each comes, and what its payloads say. */
import { pick, weighted } from "./random.ts";

type Made = { weight: number; name: string; description: string };

const rows: Made[] = [
  { weight: 20, name: "order.created", description: "A customer has placed an order." },
  { weight: 16, name: "order.paid", description: "An order has been paid in full." },
  { weight: 3, name: "order.cancelled", description: "An order was cancelled before it left the warehouse." },
  { weight: 12, name: "payment.succeeded", description: "Money has arrived." },
  { weight: 3, name: "payment.failed", description: "The bank or card issuer has declined." },
  { weight: 11, name: "shipment.dispatched", description: "A parcel was handed to the carrier." },
  { weight: 9, name: "shipment.delivered", description: "A parcel has reached its recipient." },
  { weight: 7, name: "invoice.created", description: "An invoice was written; it may still be a draft." },
  { weight: 5, name: "invoice.paid", description: "An invoice is settled." },
  { weight: 1, name: "invoice.overdue", description: "An invoice was not paid in time." },
  { weight: 5, name: "customer.created", description: "Somebody has opened an account." },
  { weight: 4, name: "customer.updated", description: "A name, address or e-mail address has changed." },
  { weight: 2, name: "subscription.started", description: "A subscription has begun." },
  { weight: 2, name: "subscription.renewed", description: "A subscription goes on for another period." },
  { weight: 1, name: "subscription.cancelled", description: "A subscription ends with its period." },
  { weight: 2, name: "refund.created", description: "Money goes back to the customer." },
];
/** The event type of a handful of messages in a million. */
export const rareEventType = "audit.alarm";

export const groupOf = (eventType: string): string => eventType.slice(0, eventType.indexOf("."));

export const eventTypes: { name: string; description: string }[] = [
  ...rows.map(({ name, description }) => ({ name, description })),
  { name: rareEventType, description: "Somebody looked where nobody should." },
];

const drawn = weighted(rows.map(({ weight, name }) => [weight, name] as const));

export const drawEventType = (n: number, random: () => number): string => (n % 100_000 === 99_999 ? rareEventType : drawn(random()));

const people =
  "Ada Lindqvist|Jonas Weber|Priya Raman|Mateo Silva|Chloé Martin|Noah Okafor|Yuki Tanaka|Ines Costa|Liam O’Brien|Zofia Nowak".split("|");
const goods: [sku: string, title: string, cents: number][] = [
  ["MUG-ESP-02", "Espresso cup, set of two", 1_890],
  ["BEAN-ETH-1K", "Ethiopia Yirgacheffe, 1 kg", 3_250],
  ["GRND-M40", "Hand grinder M40", 8_900],
  ["FILT-100", "Paper filters, 100 pieces", 650],
  ["KTL-GOOSE", "Gooseneck kettle", 6_450],
  ["APRN-BLK", "Apron, black", 2_700],
];
const carriers = ["DHL", "UPS", "PostNord", "DPD"];

/** A payload as JSON. `n`, by which orders are numbered, is the message's place among all. */
export function payloadOf(eventType: string, n: number, createdMs: number, random: () => number): string {
  const [sku, title, cents] = pick(goods, random());
  const quantity = 1 + Math.floor(3 * random() ** 2);
  const money = { amount: cents * quantity, currency: random() < 0.8 ? "EUR" : "USD" };
  const person = pick(people, random());
  const customer = {
    id: `cus_${(7_919 * (n + 11)) % 1_000_003}`,
    name: person,
    email: `${person
      .split(" ")[0]
      ?.normalize("NFD")
      .replaceAll(/[^A-Za-z]/g, "")
      .toLowerCase()}@mail.example`,
  };
  const order = { number: `ORD-${10_000 + n}` };
  const byGroup: Record<string, object> = {
    order: { order: { ...order, items: [{ sku, title, quantity, price: cents }], total: money }, customer },
    payment: { payment: { id: `pay_${1_000_000 + 7 * n}`, method: pick(["card", "sepa_debit", "paypal"], random()), ...money }, order },
    shipment: {
      shipment: { carrier: pick(carriers, random()), tracking: `TRK${80_000_000 + 13 * n}`, parcels: quantity },
      order,
      customer,
    },
    invoice: { invoice: { number: `INV-${2_000 + n}`, ...money, dueInDays: 14 }, order, customer: { id: customer.id } },
    customer: { customer: { ...customer, locale: pick(["de-DE", "en-GB", "fr-FR", "sv-SE"], random()) } },
    subscription: { subscription: { plan: pick(["monthly-beans", "office-coffee"], random()), ...money }, customer },
    refund: { refund: { id: `ref_${500_000 + n}`, ...money, reason: pick(["damaged", "wrong_size", "changed_mind"], random()) }, order },
  };
  return JSON.stringify({ type: eventType, occurredAt: new Date(createdMs).toISOString(), ...byGroup[groupOf(eventType)] });
}
