/** Longest name that is kept, in characters. */
const MOST = 200;

/**
 * A file's name as it is kept and given back: of a path only the last part, without control and formatting characters
 * (which turn text around), of a length that every system takes. Empty where nothing is left. It never names a file of the
 * service's own.
 */
export function cleanFileName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? "";
  const plain = last
    .replace(/\s/gu, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}<>:"|?*]/gu, "")
    .normalize("NFC")
    .replace(/ +/g, " ")
    .replace(/^[. ]+|[. ]+$/g, "");
  const ending = extensionOf(plain);
  const characters = Array.from(plain);
  if (characters.length <= MOST) return plain;
  return `${characters.slice(0, MOST - ending.length - 1).join("")}.${ending}`;
}

/** What follows the last point of a name, in small letters; empty where nothing does. */
export const extensionOf = (name: string): string => /\.([0-9a-z]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? "";
