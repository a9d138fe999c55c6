/** Bodies as real providers write them and as no JSON library would write them again. */
export type OracleBody = { name: string; contentType: string; text: string };

const json = (name: string, text: string): OracleBody => ({ name, contentType: "application/json", text });
const form = (name: string, text: string): OracleBody => ({ name, contentType: "application/x-www-form-urlencoded", text });

export const compact = json("compact", '{"id":"evt_1","type":"invoice.paid","data":{"object":{"id":"in_1","amount":4200}}}');

export const jsonBodies: readonly OracleBody[] = [
  compact,
  json("text beyond ASCII", '{"id":"evt_1","type":"a","name":"Grüße aus 東京 🎉","composed":"e\u0301","nbsp":"\u00a0\u2028"}'),
  json(
    "escapes",
    '{"id":"evt_1","type":"a","name":"Gr\\u00fc\\u00dfe \\ud83c\\udf89","url":"https:\\/\\/example.com\\/\\u003cb\\u003e","\\u0061":"\\t"}',
  ),
  json("numbers", '{"id":9223372036854775807,"type":"a","zero":-0,"price":19.90,"one":1.0,"rate":1E+3,"tiny":1e-7,"weight":5}'),
  json("white space", '{\r\n  "id" : "evt_1" ,\t"type":"a",\n\n "weight": 5 \n ,"list": [ 1 , 2 ,{ } ]\n}\n'),
  json("nesting", `{"id":"evt_1","type":"a","deep":${'{"a":['.repeat(40)}{"weight":5}${"]}".repeat(40)}}`),
  json("keys twice and out of order", '{"z":1,"10":2,"9":3,"id":"evt_1","type":"a","z":2,"":null}'),
  json("texts like JSON", '{"id":"evt_1","type":"a","raw":"{\\"weight\\": 5, \\"signature\\":{}}","webhookTimestamp_":"x","end":"]}"}'),
];

export const formBodies: readonly OracleBody[] = [
  form("a form", "MessageSid=SM1&SmsStatus=received&From=%2B15550100&Body=Hello"),
  form("a form with text beyond ASCII", "Body=Gr%C3%BC%C3%9Fe+%F0%9F%8E%89&From=%2B15550100&%C3%A4=1&MessageSid=SM1"),
  form("a form with names twice", "b=2&a=x&b=1&b=2&MediaUrl=https%3A%2F%2Fexample.com%2F%3Fa%3D1%26b%3D2&MessageSid=SM1"),
  form("a form with empty values", "MessageSid=SM1&Body=&Digits=&plus=a+b&percent=%25"),
];

/** The JSON bodies that a JSON library would write just so. */
export const canonicalBodies = jsonBodies.filter(({ text }) => JSON.stringify(JSON.parse(text)) === text);

const adyenItem = (reference: string): string =>
  `{"NotificationRequestItem":{"additionalData":{"cardHolderName":"Zo\\u00eb","expiry":1.0},"amount":{"currency":"EUR","value":1130},"eventCode":"AUTHORISATION","merchantAccountCode":"Test:Merchant","merchantReference":${reference},"pspReference":"7914073381342284","success":"true"}}`;

/** Bodies of Adyen's payments, which are signed item by item. */
export const adyenBodies: readonly OracleBody[] = [
  json("an item", `{"live":"false","notificationItems":[${adyenItem('"order-1"')}]}`),
  json("text beyond ASCII", `{ "live" : "false" ,\n"notificationItems" : [ ${adyenItem('"Größe 東京"')} ] }\n`),
  json("several items", `{"live":"false","notificationItems":[${adyenItem('"a:b"')}, ${adyenItem('"\\/\\u00e4"')}]}`),
  json("nothing additional", `{"notificationItems":[${adyenItem('"x"').replace(/"additionalData":\{.*?\},/, "")}],"live":"false"}`),
];

const event = '"event-data":{"event":"delivered","id":"e_1","timestamp":1521233195.375624,"size":9223372036854775807}';
export const mailgunBodies: readonly OracleBody[] = [
  json("an event", `{${event}}`),
  json("an event with an old signature", `{ "signature" : {"timestamp":"1","token":"x","signature":"y"} ,\n${event} }`),
  form("a form", "event=delivered&recipient=alice%40example.com&Message-Id=%3C1%40example.com%3E&subject=Gr%C3%BC%C3%9Fe"),
];
