/**
 * Where two answers differ, as paths with both values; empty when they say the same. The service's ids are compared as
 * the keys inside them, and cursors only by being there: each side makes its own. Everything else must be equal.
 */
export function differences(service: unknown, baseline: unknown, path = "", key = ""): string[] {
  if (Array.isArray(service) && Array.isArray(baseline)) {
    if (service.length !== baseline.length) return [`${path}: ${service.length} items, not ${baseline.length}`];
    return service.flatMap((item, index) => differences(item, baseline[index], `${path}[${index}]`));
  }
  if (isObject(service) && isObject(baseline)) {
    const names = new Set([...Object.keys(service), ...Object.keys(baseline)]);
    return [...names].flatMap((name) =>
      name in service && name in baseline
        ? differences(service[name], baseline[name], path === "" ? name : `${path}.${name}`, name)
        : [`${path}: ${name} is only in the ${name in service ? "service's" : "baseline's"} answer`],
    );
  }
  const same = comparable(key, service) === comparable(key, baseline);
  return same ? [] : [`${path}: ${JSON.stringify(service)}, not ${JSON.stringify(baseline)}`];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function comparable(key: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (key === "cursor" || key === "endCursor") return "a cursor";
  if (key !== "id") return value;
  // a global id is a byte for the type and sixteen for the key, in base64url
  if (value.length === 23) return Buffer.from(value, "base64url").toString("hex").slice(2);
  return value.replaceAll("-", "");
}
