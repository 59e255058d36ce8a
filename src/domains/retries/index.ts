export * from "./idempotent-request.entity";
export { KEY_FIELD } from "./idempotency-key";
export { makeRepeatable } from "./repeatable";
