/** The whole suite, as `npm test` runs it: the same tests in groups of files (test/together). `npx jest` runs files one by one. */
module.exports = { ...require("./jest.config.cjs"), testMatch: ["**/*.together.ts"] };
