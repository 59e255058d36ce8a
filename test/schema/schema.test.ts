import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from "graphql";
import pino from "pino";
import { TIERS, tierOf } from "../../src/platform/graphql/exposed";
import { buildSchema, printedSchema } from "../../src/schema";

const schema = buildSchema(pino({ level: "silent" }));
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

test("schema.graphql is what the code says", () => {
  expect(readFileSync(join(__dirname, "../../schema.graphql"), "utf8")).toBe(printedSchema(schema));
});

test("every type, field, argument, enum value and input field is described", () => {
  const bare: string[] = [];
  const check = (name: string, described: { description?: string | null }) => {
    if (!described.description?.trim()) bare.push(name);
  };
  for (const type of types) {
    check(type.name, type);
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field);
        for (const arg of field.args) check(`${type.name}.${field.name}(${arg.name})`, arg);
      }
    }
    if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
  }
  const access = schema.getDirective("access");
  check("@access", access ?? {});
  for (const arg of access?.args ?? []) check(`@access(${arg.name})`, arg);
  expect(bare).toEqual([]);
});

test("every field of every object type has a tier, and one above PUBLIC may be null", () => {
  const wrong: string[] = [];
  for (const type of types.filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) {
      const tier = tierOf(field.extensions);
      if (!tier || !TIERS.includes(tier)) wrong.push(`${type.name}.${field.name} has no tier`);
      if (tier !== "PUBLIC" && String(field.type).endsWith("!"))
        wrong.push(`${type.name}.${field.name} cannot be withheld`);
    }
  }
  expect(wrong).toEqual([]);
});

test("the committed schema prints each field's tier", () => {
  const text = readFileSync(join(__dirname, "../../schema.graphql"), "utf8");
  expect(text).toContain("riskNote: String @access(tier: OWNER)");
  expect(text).toContain("suppressionThreshold: Int @access(tier: OVERSIGHT)");
});
