export * from "./in-hand";
export * from "./payloads";
export * from "./written";
