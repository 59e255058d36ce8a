import tseslint from "typescript-eslint";

/** Who may import whom (docs/decisions/0002): domains look only leftwards, and only through a door (`index.ts`). */
const order = [
  "identity",
  "access",
  "audit",
  "retries",
  "writing",
  "calendars",
  "partnership",
  "people",
  "notifications",
  "plan",
  "reporting",
  "evidence",
  "indicators",
  "assurance",
  "history",
  "boards",
  "challenges",
  "rules",
];
const onTop = ["permissions", "exchange", "notices", "jobs", "live"];
const doorsOnly = {
  group: ["**/domains/*/*", "!**/domains/*/index"],
  message: "Import another domain through its door, index.ts.",
};
const noDomain = (names) => ({
  group: names.flatMap((name) => [`**/domains/${name}`, `**/domains/${name}/**`, `../${name}`, `../${name}/**`]),
  message: "Domains look only leftwards: see the import fence in eslint.config.mjs.",
});
const neverTest = { group: ["**/test/**"], message: "src never imports test." };
const clocksDoor = { group: ["**/clocks/*", "!**/clocks/index"], message: "Import clocks through its door, index.ts." };
/** In a domain, another domain is `../name` and nothing deeper. */
const siblingDoors = {
  regex: "^\\.\\./(?!\\.\\./)[a-z]+/(?!index$).+",
  message: "Import another domain through its door, index.ts.",
};

const fences = [
  {
    files: ["src/clocks/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [neverTest, { group: ["../*"], message: "clocks imports nothing of the project." }] },
      ],
    },
  },
  {
    files: ["src/platform/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [neverTest, clocksDoor, { group: ["**/domains/**"], message: "platform knows no domain." }] },
      ],
    },
  },
  ...order.map((name, index) => ({
    files: [`src/domains/${name}/**/*.ts`],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [neverTest, clocksDoor, siblingDoors, noDomain([...order.slice(index + 1), ...onTop])] },
      ],
    },
  })),
  ...onTop.map((name) => ({
    files: [`src/domains/${name}/**/*.ts`],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [neverTest, clocksDoor, siblingDoors, noDomain(onTop.filter((other) => other !== name))] },
      ],
    },
  })),
  {
    files: ["src/*.ts", "src/reuse/**/*.ts"],
    rules: {
      "no-restricted-imports": ["error", { patterns: [doorsOnly, clocksDoor, neverTest] }],
    },
  },
];

export default tseslint.config(
  {
    ignores: ["dist/", "node_modules/", "bench/node_modules/", "coverage/", ".golden-thread/", "**/*.mjs", "**/*.cjs"],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-extraneous-class": "off",
      // the classes of entities and GraphQL types are shapes; rows and answers are plain objects of that shape
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allow: [{ from: "file", name: ["Place", "Row"] }] },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "no-restricted-syntax": [
        "error",
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: "The environment is read once, in platform/config.",
        },
      ],
    },
  },
  { files: ["src/platform/config/**", "test/**", "bench/**"], rules: { "no-restricted-syntax": "off" } },
  {
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
  ...fences,
);
