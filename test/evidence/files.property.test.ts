import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { cleanFileName, mediaTypeOf, RefusedFileError } from "../../src/platform/files/index";
import { docx, JPEG, openDocument, PDF, PNG, xlsx } from "./made-files";

const folder = mkdtempSync(join(tmpdir(), "files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a name, whatever was given, has no path and no character that is not seen, is short, and is its own clean name", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (given) => {
      const name = cleanFileName(given);
      expect(name).not.toMatch(/[/\\\p{Cc}\p{Cf}\p{Cs}<>:"|?*]/u);
      expect(Array.from(name).length).toBeLessThanOrEqual(200);
      expect(cleanFileName(name)).toBe(name);
    }),
    { numRuns: 2_000 },
  );
});

const FILES = {
  "a.docx": docx(),
  "a.xlsx": xlsx(),
  "a.odt": openDocument("text"),
  "a.pdf": PDF,
  "a.png": PNG,
  "a.jpg": JPEG,
};

test("a file with bytes changed, cut out or put in is known as what it was or refused, and nothing else happens", async () => {
  const change = fc.record({
    at: fc.nat({ max: 400 }),
    out: fc.nat({ max: 8 }),
    put: fc.uint8Array({ maxLength: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.entries(FILES)),
      fc.array(change, { maxLength: 4 }),
      async ([name, bytes], changes) => {
        let made = bytes;
        for (const { at, out, put } of changes) {
          const from = at % (made.length + 1);
          made = Buffer.concat([made.subarray(0, from), put, made.subarray(from + out)]);
        }
        const path = join(folder, "made");
        writeFileSync(path, made);
        const was = await mediaTypeOf(path, made.length, name).catch((error: unknown) => error);
        if (changes.length === 0) expect(typeof was).toBe("string");
        if (typeof was !== "string") expect(was).toBeInstanceOf(RefusedFileError);
      },
    ),
    { numRuns: 1_500 },
  );
});
