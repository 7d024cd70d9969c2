/** What files of an extension are served as: whole media types, or what they begin with where one ends in "/" or "-". */
const TYPES: readonly (readonly [extensions: string, types: readonly string[]])[] = [
  ["css", ["text/css"]],
  [
    "js mjs cjs",
    ["text/javascript", "application/javascript", "application/x-javascript", "text/ecmascript"],
  ],
  ["avif apng bmp cur gif heic heif ico jpeg jpg jxl png svg svgz tif tiff webp", ["image/"]],
  [
    "eot otf ttf woff woff2",
    ["font/", "application/font-", "application/x-font-", "application/vnd.ms-fontobject"],
  ],
  ["aac flac m4a mid midi mp3 oga ogg opus wav weba", ["audio/", "video/", "application/ogg"]],
  ["avi m4v mkv mov mp4 mpeg mpg ogv ts webm", ["video/", "audio/"]],
  ["m3u8 mpd", ["application/vnd.apple.mpegurl", "application/x-mpegurl", "audio/", "application/dash+xml"]],
  ["html htm xhtml", ["text/html", "application/xhtml+xml"]],
  ["json geojson map webmanifest", ["application/json", "text/json", "+json"]],
  ["xml rss atom xsl", ["application/xml", "text/xml", "+xml"]],
  ["txt csv md vtt srt", ["text/plain", "text/csv", "text/markdown", "text/vtt", "application/csv"]],
  ["pdf", ["application/pdf"]],
  ["wasm", ["application/wasm"]],
];

const BY_EXTENSION: ReadonlyMap<string, readonly string[]> = new Map(
  TYPES.flatMap(([extensions, types]) =>
    extensions.split(" ").map((extension) => [extension, types] as const),
  ),
);

/** What servers say of a file that they know nothing of; no page and no API says so of its answers. */
const ANY_FILE = new Set(["application/octet-stream", "binary/octet-stream"]);

/** What pages and APIs answer with. */
const ANSWERS = [
  "text/html",
  "application/xhtml+xml",
  "application/json",
  "text/json",
  "+json",
  "application/xml",
  "text/xml",
  "+xml",
];

/**
 * Whether a response with this Content-Type may be a file of an extension, which is in lower case. Of an extension that
 * is not known, it may be anything but what pages and APIs answer with. What says nothing of its type contradicts nothing:
 * pages and APIs do say it.
 */
export function isFileOf(extension: string, contentType: string | null): boolean {
  // RFC 9110 §8.3.1: a type is compared without case, and without its parameters.
  const type = (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type === "" || ANY_FILE.has(type)) return true;
  const types = BY_EXTENSION.get(extension);
  return types === undefined ? !isAmong(type, ANSWERS) : isAmong(type, types);
}

function isAmong(type: string, types: readonly string[]): boolean {
  return types.some((known) => {
    if (known.startsWith("+")) return type.endsWith(known);
    return /[/-]$/.test(known) ? type.startsWith(known) : type === known;
  });
}
