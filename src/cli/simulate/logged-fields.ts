import { Fields } from "../../http/field-section.ts";
import type { LoggedFields } from "../logs/record.ts";

/** The fields of a log; a later one of the same name is added. What is no field is left out: a log may have cut it. */
export function fieldsOfLog(fields: LoggedFields): Fields {
  const headers = new Headers();
  for (const [name, value] of fields) addField(headers, name, value);
  return new Fields(headers);
}

function addField(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value);
  } catch {
    // Nothing that could not be sent was sent.
  }
}
