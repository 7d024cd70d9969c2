import { describe, expect, it } from "vitest";
import { type DeviceClass, deviceClass } from "../../../src/cache/request/device.ts";
import type { Fields } from "../support.ts";

describe("the class of a device", () => {
  it.each<[string, DeviceClass, string]>([
    ["nothing", "desktop", ""],
    [
      "Windows",
      "desktop",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
    ],
    [
      "Mac",
      "desktop",
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15",
    ],
    [
      "old Windows for tablets",
      "desktop",
      "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Tablet PC 2.0)",
    ],
    ["a program", "desktop", "curl/8.5.0"],
    ["iPhone", "mobile", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 Safari/604.1"],
    [
      "Android telephone",
      "mobile",
      "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/130.0 Mobile Safari/537.36",
    ],
    [
      "Firefox on a telephone",
      "mobile",
      "Mozilla/5.0 (Android 13; Mobile; rv:120.0) Gecko/120.0 Firefox/120.0",
    ],
    [
      "Cubot's telephone",
      "mobile",
      "Mozilla/5.0 (Linux; Android 11; CUBOT X30) Chrome/96 Mobile Safari/537.36",
    ],
    ["iPad", "tablet", "Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X) Mobile/15E148 Safari/604.1"],
    ["Android tablet", "tablet", "Mozilla/5.0 (Linux; Android 13; SM-X700) Chrome/120.0 Safari/537.36"],
    ["Firefox on a tablet", "tablet", "Mozilla/5.0 (Android 13; Tablet; rv:120.0) Gecko/120.0 Firefox/120.0"],
    ["Kindle", "tablet", "Mozilla/5.0 (Linux; Android 9; KFMAWI) Silk/100.0 Safari/537.36"],
    ["Googlebot", "bot", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"],
    [
      "Googlebot as a telephone",
      "bot",
      "Mozilla/5.0 (Linux; Android 6.0.1) Mobile Safari/537.36 (compatible; Googlebot/2.1)",
    ],
    ["Facebook", "bot", "facebookexternalhit/1.1"],
    ["Baidu", "bot", "Mozilla/5.0 (compatible; Baiduspider/2.0)"],
  ])("by User-Agent: %s is %s", (_, expected, agent) => {
    expect(deviceClass(new Headers({ "user-agent": agent }))).toBe(expected);
  });

  it.each<[string, DeviceClass, Fields]>([
    ["mobile", "mobile", { "sec-ch-ua-mobile": "?1" }],
    ["mobile before the agent", "mobile", { "sec-ch-ua-mobile": "?1", "user-agent": "X11; Linux" }],
    ["not mobile", "desktop", { "sec-ch-ua-mobile": "?0", "sec-ch-ua-platform": '"Windows"' }],
    ["not mobile, on Android", "tablet", { "sec-ch-ua-mobile": "?0", "sec-ch-ua-platform": '"Android"' }],
    ["not mobile before the agent", "desktop", { "sec-ch-ua-mobile": "?0", "user-agent": "iPhone" }],
    ["malformed", "mobile", { "sec-ch-ua-mobile": "1", "user-agent": "iPhone" }],
    ["a platform alone", "desktop", { "sec-ch-ua-platform": '"Android"' }],
  ])("by client hints: %s", (_, expected, fields) => {
    expect(deviceClass(new Headers(fields))).toBe(expected);
  });
});
