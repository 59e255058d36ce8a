import { createHash } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import type { Request } from "express";
import type { Credential } from "../../database/request-database";

/** Names a caller in the table of budgets without saying who it is. */
const hashed = (...parts: string[]): string => createHash("sha256").update(JSON.stringify(parts)).digest("base64url");

/** Whose budget somebody signed in spends: their own, from wherever they come. */
export const actorKey = (who: Credential): string =>
  "tokenHash" in who ? hashed("token", who.tokenHash) : hashed("actor", who.issuer, who.subject);

/** Whose budget anybody else spends: that of the address, as far as TRUST_PROXY lets it be told. */
export const addressKey = (request: Request): string =>
  hashed("address", networkOf(request.ip, request.socket.remoteAddress));

/** An IPv4 address, or the first half of an IPv6 one, since a household has all addresses below that. */
export function networkOf(told: string | undefined, socket: string | undefined): string {
  const address = [told, socket].find((one) => one !== undefined && (isIPv4(one) || isIPv6(one))) ?? "";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped || !isIPv6(address)) return mapped ?? address;
  const [head = "", tail] = address.replace(/%.*$/, "").toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail ? tail.split(":").length : 0;
  while (tail !== undefined && groups.length + after < 8 && groups.length < 4) groups.push("0");
  const all = tail ? [...groups, ...tail.split(":")] : groups;
  return `${all
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
