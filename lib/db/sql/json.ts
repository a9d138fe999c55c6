/**
 * SQL that writes rows as JSON, as JSON.stringify does. What a page holds is most of what a list costs: so it needs neither values
 * of its columns nor objects.
 */

/** Of an object with these members, each SQL of its JSON. A member that is null in SQL would be left without a value. */
export const jsonObject = (members: Record<string, string>): string =>
  `concat(${Object.entries(members)
    .map(([name, value], i) => `'${i === 0 ? "{" : ","}"${name}":', ${value}`)
    .join(", ")}, '}')`;

/** Of a text, a number or a list; null where it is. */
export const jsonOf = (value: string): string => `coalesce(to_json(${value})::text, 'null')`;

/** Of a list that is shown as null where it is empty. */
export const jsonOfList = (list: string): string => `case when cardinality(${list}) > 0 then to_json(${list})::text else 'null' end`;

/** Of a moment, which has milliseconds; null where it is. */
export const jsonOfMoment = (moment: string): string =>
  `coalesce('"' || to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"', 'null')`;
