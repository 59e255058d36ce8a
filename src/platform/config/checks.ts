import { isIP } from "node:net";
import { DateTime } from "luxon";
import { z } from "zod";
import { Secret } from "./secret";

/** The checks of single settings. Each takes the trimmed, non-empty text of the environment and gives a typed value. */

const parsedUrl = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

/** A whole number written in plain digits, so that `1e3`, `0x10` and `4000abc` are refused. */
export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most);

/** An address or a host name to listen on. */
export const host = z
  .string()
  .refine((text) => isIP(text) !== 0 || /^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(text))
  .refine((text) => isIP(text) !== 0 || !/^[\d.]+$/.test(text));

export const onOrOff = z
  .string()
  .toLowerCase()
  .refine((text) => ["on", "true", "1", "off", "false", "0"].includes(text))
  .transform((text) => ["on", "true", "1"].includes(text));

/** `postgres://` or `postgresql://`, naming a server (or a socket folder by `?host=`) and a database. */
export const databaseUrl = z
  .string()
  .refine((text) => {
    const url = parsedUrl(text);
    if (!url || !["postgres:", "postgresql:"].includes(url.protocol)) return false;
    return (url.hostname !== "" || url.searchParams.has("host")) && url.pathname.length > 1 && isDecodable(url);
  })
  .transform((text) => new Secret(text));

/** Drivers decode the parts of the address; a stray `%` in a password would only fail later, with a stack. */
function isDecodable(url: URL): boolean {
  try {
    [url.username, url.password, url.hostname, url.pathname].map(decodeURIComponent);
    return true;
  } catch {
    return false;
  }
}

/** A moment with its offset: without one, 09:00 would mean a different moment on each machine. */
export const instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/)
  .refine((text) => DateTime.fromISO(text, { setZone: true }).isValid)
  .transform((text) => DateTime.fromISO(text, { zone: "utc" }).toJSDate());

const loopbackHosts = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** `https`, or `http` on this machine: signing keys fetched in the clear from elsewhere can be swapped on the way. */
export function keysMayComeFrom(text: string): boolean {
  const url = parsedUrl(text);
  return url?.protocol === "https:" || (url?.protocol === "http:" && loopbackHosts.test(url.hostname));
}

export const keySetUrl = z.string().refine(keysMayComeFrom);

/** The same of a page to which an id is added. */
export const pageUrl = keySetUrl.refine((text) => !/[?#\s]/.test(text)).transform((text) => text.replace(/\/+$/, ""));

/** `smtp://` or `smtps://`, naming a server. */
export const smtpUrl = z
  .string()
  .refine((text) => {
    const url = parsedUrl(text);
    return url !== null && ["smtp:", "smtps:"].includes(url.protocol) && url.hostname !== "" && isDecodable(url);
  })
  .transform((text) => new Secret(text));

export const mailAddress = z.string().regex(/^[^\s@<>"(),:;[\]\\]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)*$/i);

/** Whether a server is on this machine. */
export const isHere = (url: string): boolean => loopbackHosts.test(parsedUrl(url)?.hostname ?? "");

/** One word, such as an issuer or an audience. */
export const word = z.string().regex(/^\S+$/);

/** The same of a secret. */
export const secretWord = word.transform((text) => new Secret(text));

/** Several such words, separated by commas. */
export const words = z
  .string()
  .transform((text) => [...new Set(text.split(",").map((part) => part.trim()))])
  .refine((parts) => parts.every((part) => /^\S+$/.test(part)));

/** Origins as browsers send them: scheme, host and port, no path. */
export const origins = z
  .string()
  .transform((text) =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  )
  .refine((parts) =>
    parts.every((part) => {
      const url = parsedUrl(part);
      return url !== null && ["http:", "https:"].includes(url.protocol) && url.origin === part.toLowerCase();
    }),
  )
  .transform((parts) => [...new Set(parts.map((part) => part.toLowerCase()))]);

export const logLevel = z
  .string()
  .toLowerCase()
  .pipe(z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]));

export const introspection = z
  .string()
  .toLowerCase()
  .pipe(z.enum(["signed-in", "everyone", "nobody"]));

/** A folder's path. The root folder is refused: a database's files must not be spread over it. */
export const folder = z.string().refine((text) => !text.includes("\0") && !/^\/+$/.test(text));
