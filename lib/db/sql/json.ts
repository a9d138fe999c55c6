/**
 * SQL that writes rows as JSON, as JSON.stringify does. What a page holds is most of what a list costs: so it needs neither values
 * of its columns nor objects.
 */

/** Of an object with these members, each by arguments of concat. A member that is null in SQL would be left without a value. */
export const jsonObject = (members: Record<string, string>): string =>
  `concat(${Object.entries(members)
    .map(([name, value], i) => `'${i === 0 ? "{" : ","}"${name}":', ${value}`)
    .join(", ")}, '}')`;

/** Of an id or another word in which nothing has to be escaped, and which is never null. */
export const jsonOfWord = (word: string): string => `'"', ${word}, '"'`;

/** Of a text; null where it is. */
export const jsonOfText = (text: string): string => `coalesce(to_json(${text})::text, 'null')`;

/** Of a list that is shown as null where it is empty. */
export const jsonOfList = (list: string): string => `case when cardinality(${list}) > 0 then to_json(${list})::text else 'null' end`;

const utc = (moment: string): string => `to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Of a moment, which has milliseconds and is never null. */
export const jsonOfMoment = (moment: string): string => `'"', ${utc(moment)}, '"'`;

/** Of a moment, which has milliseconds; null where it is. */
export const jsonOfMaybeMoment = (moment: string): string => `coalesce('"' || ${utc(moment)} || '"', 'null')`;
