import type { FieldSection } from "../../http/field-section.ts";

/** The class of device that a client says it is. */
export type DeviceClass = "desktop" | "mobile" | "tablet" | "bot";

/**
 * By User-Agent Client Hints (Sec-CH-UA-Mobile, Sec-CH-UA-Platform) where they are sent, else by User-Agent.
 * Whoever says nothing is a desktop, and so is an iPad that claims to be a Mac.
 */
export function deviceClass(headers: FieldSection): DeviceClass {
  return byClientHints(headers) ?? byUserAgent(headers.get("user-agent")?.toLowerCase() ?? "");
}

function byClientHints(headers: FieldSection): DeviceClass | null {
  switch (headers.get("sec-ch-ua-mobile")) {
    case "?1":
      return "mobile";
    case "?0":
      return headers.get("sec-ch-ua-platform")?.toLowerCase() === '"android"' ? "tablet" : "desktop";
    default:
      return null;
  }
}

/** Crawlers and the fetchers of previews, not programs that use an API. Cubot makes telephones. */
const BOT =
  /(?<!cu)bot|crawl|spider|slurp|facebookexternalhit|whatsapp\/|bingpreview|mediapartners-google|google-inspectiontool|googleother|lighthouse|ia_archiver/;
// "Tablet PC" is a feature of old Windows.
const TABLET = /ipad|tablet(?! pc)|kindle|silk\/|playbook/;
const MOBILE = /mobi|iphone|ipod|windows phone|blackberry|opera mini/;

function byUserAgent(agent: string): DeviceClass {
  if (BOT.test(agent)) return "bot";
  if (TABLET.test(agent)) return "tablet";
  if (MOBILE.test(agent)) return "mobile";
  // Android's tablets are those that do not say "Mobile".
  return agent.includes("android") ? "tablet" : "desktop";
}
