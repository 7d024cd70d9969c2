/**
 * Query parameters that only tell whoever links to a site how a visitor came: those that Google, Meta, Microsoft
 * and the other senders document, or that the public lists (AdGuard's, ClearURLs', Neat URL's) agree on. None of
 * them is a word that an application might use itself, such as `ref` or `source`.
 */
const TRACKING_NAMES: ReadonlySet<string> = new Set([
  // Google: Ads, Analytics, Campaign Manager, Merchant Center
  "gclid",
  "gclsrc",
  "dclid",
  "gbraid",
  "wbraid",
  "gad_source",
  "gad_campaignid",
  "srsltid",
  "_ga",
  "_gl",
  // Meta
  "fbclid",
  "igshid",
  "igsh",
  "fb_action_ids",
  "fb_action_types",
  // Microsoft, Yandex, TikTok, X, LinkedIn, Snapchat, Pinterest, Reddit, Quora, Impact
  "msclkid",
  "yclid",
  "ysclid",
  "_openstat",
  "ttclid",
  "twclid",
  "li_fat_id",
  "ScCid",
  "epik",
  "rdt_cid",
  "qclid",
  "irclickid",
  // Mailchimp, HubSpot, Marketo, Vero, Kit, Klaviyo, Drip, ActiveCampaign, Bronto, Listrak
  "mc_cid",
  "mc_eid",
  "_hsenc",
  "_hsmi",
  "__hssc",
  "__hstc",
  "__hsfp",
  "hsCtaTracking",
  "mkt_tok",
  "vero_conv",
  "vero_id",
  "ck_subscriber_id",
  "_kx",
  "__s",
  "vgo_ee",
  "_bta_c",
  "_bta_tid",
  "trk_contact",
  "trk_module",
  "trk_msg",
  "trk_sid",
  // Adobe, Wicked Reports, Branch
  "s_kwcid",
  "ef_id",
  "wickedid",
  "_branch_match_id",
  "_branch_referrer",
]);

// Campaign tags of Google Analytics, Omeda, HubSpot's advertisements, Matomo and its forerunner Piwik.
const TRACKING_PREFIXES: readonly string[] = ["utm_", "oly_", "hsa_", "mtm_", "pk_"];

/** Whether a query parameter, by its decoded name, is a well-known tracking parameter. Case counts. */
export function isTrackingParameter(name: string): boolean {
  return TRACKING_NAMES.has(name) || TRACKING_PREFIXES.some((prefix) => name.startsWith(prefix));
}
