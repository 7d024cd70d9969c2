import { splitMembers } from "./syntax.ts";

/** A directive list of a response, `Cache-Control` above all, edited as text: what is not named stays as it came. */

/** The members whose lower-cased names are in `names`, or those that are not. Never throws. */
export function keepDirectives(value: string | null, names: ReadonlySet<string>): readonly string[] {
  return membersOf(value).filter((member) => names.has(nameOf(member)));
}

export function dropDirectives(value: string | null, names: ReadonlySet<string>): readonly string[] {
  return membersOf(value).filter((member) => !names.has(nameOf(member)));
}

/** The members with `name=argument` in the place of the first of that name, else before all: behind one whose quote is left open nobody would see it. */
export function setDirective(value: string | null, name: string, argument: number): readonly string[] {
  const members = membersOf(value);
  const place = members.findIndex((member) => nameOf(member) === name);
  const others = members.filter((member) => nameOf(member) !== name);
  const before = Math.max(place, 0);
  return [...others.slice(0, before), `${name}=${argument}`, ...others.slice(before)];
}

function membersOf(value: string | null): readonly string[] {
  return value === null ? [] : splitMembers(value).filter((member) => member !== "");
}

function nameOf(member: string): string {
  return (member.split("=", 1)[0] ?? "").trim().toLowerCase();
}
