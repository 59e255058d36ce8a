import { createHash } from "node:crypto";
import { readFile, statfs } from "node:fs/promises";
import { request as ask } from "node:http";
import { join } from "node:path";
import { NOW } from "../support/service";
import { entries, refusalsOf } from "../support/writes";
import { docx, JPEG, officeFile, openDocument, PDF, pdfWith, PNG, pptx, WORD, xlsx, zipOf } from "./made-files";
import { actionId, ADD, ATTACH, done, type EvidenceWorld, evidenceWorld, RENEW, seen, UPDATE, WITHDRAW } from "./world";
import { until } from "../support/until";

const MOST = 1024 * 1024;
let world: EvidenceWorld;
beforeAll(async () => {
  world = await evidenceWorld(MOST);
});
afterAll(() => world.drop());
afterEach(() => world.at(NOW));

const FILE = { title: "Minutes", kind: "ACTIVITY" };
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

/** Evidence of a file that is waited for. */
const waiting = async (fileName: string, rest: object = {}) => {
  const { id, upload, ...facts } = await done(world.service, "police-contributor", ADD, { ...FILE, fileName, ...rest });
  expect(facts).toMatchObject({ fileState: "PENDING", link: null, sizeBytes: null });
  return { id, url: upload?.url ?? "", facts: facts as Record<string, unknown> };
};
interface Answered {
  status: number;
  headers: Headers;
  bytes: Buffer;
  message: string | null;
}
async function fetched(path: string, init: RequestInit = {}): Promise<Answered> {
  const response = await fetch(`${world.service.address}${path}`, init);
  const bytes = Buffer.from(await response.arrayBuffer());
  const type = response.headers.get("content-type") ?? "";
  const body = type.includes("json") ? (JSON.parse(bytes.toString()) as { errors?: { message: string }[] }) : {};
  return { status: response.status, headers: response.headers, bytes, message: body.errors?.[0]?.message ?? null };
}
const put = (url: string, body: Buffer | string, headers: Record<string, string> = {}) =>
  fetched(url, { method: "PUT", body: Buffer.from(body), headers });
/** A kept file, shared with whoever is named for 6.3. */
const kept = async (rest: object = {}, bytes = PDF) => {
  const { id, url } = await waiting("minutes.pdf", rest);
  expect((await put(url, bytes)).status).toBe(201);
  await done(world.service, "police-contributor", ATTACH, { evidence: id, action: actionId(world, "6.3") });
  return id;
};
const linkOf = async (actor: string, id: string): Promise<string> => {
  const { node } = await seen(world.service, actor, id, "download { url expiresAt }");
  const link = node?.download as { url: string; expiresAt: string } | null;
  if (!link) throw new Error(`${actor} was given no link`);
  expect(link.expiresAt).toBe("2019-02-14T09:05:00.000Z");
  return link.url;
};
const refusals = () =>
  world.database.owner.query<{ kind: string; reason: string | null; known: boolean; own: boolean }[]>(
    "select kind, detail ->> 'reason' as reason, actor_id is not null as known, agency_id is not null as own from audit_entry where outcome = 'REFUSED' and kind like 'evidence.%' order by at, id",
  );
/** What came to the refusals of the trail while `work` was done. */
async function refusedWhile(work: () => Promise<void>) {
  const before = (await refusals()).map((one) => JSON.stringify(one));
  await work();
  const after = (await refusals()).map((one) => JSON.stringify(one));
  for (const one of before) after.splice(after.indexOf(one), 1);
  return after.map((one) => JSON.parse(one) as object);
}

test("a file is sent, checked, kept under a name of the service's own, and opened by whoever may", async () => {
  const { id, url } = await waiting("Minutes 12 December.pdf", { sha256: sha256(PDF) });
  expect(
    await refusalsOf(world.service, "police-contributor", ATTACH, { evidence: id, action: actionId(world, "6.3") }),
  ).toEqual(["CONFLICT input.evidence"]);
  const sent = await put(url, PDF);
  expect([sent.status, JSON.parse(sent.bytes.toString())]).toEqual([
    201,
    { evidence: id, sha256: sha256(PDF), sizeBytes: PDF.length },
  ]);
  const { node } = await seen(world.service, "police-contributor", id);
  expect(node).toMatchObject({
    fileState: "CLEAN",
    fileName: "Minutes 12 December.pdf",
    mediaType: "application/pdf",
    sizeBytes: PDF.length,
    sha256: sha256(PDF),
    version: 1,
    viewerCan: { attach: true, upload: false },
  });
  // the name in storage is made of keys, the content's hash and chance; nothing of it is the sender's
  const [row] = await world.database.owner.query<{ name: string }[]>(
    "select storage_name as name from evidence where sha256 is not null",
  );
  expect(row?.name).toMatch(new RegExp(`^[0-9a-f-]{36}/[0-9a-f-]{36}/${sha256(PDF)}-[0-9a-f]{8}$`));
  expect(await readFile(join(world.folder, "kept", row?.name ?? ""))).toEqual(PDF);
  expect(await world.kept()).toEqual([row?.name.split("/").at(-1)]);

  await done(world.service, "police-contributor", ATTACH, { evidence: id, action: actionId(world, "6.3") });
  for (const actor of ["police-lead", "health-writer", "wrenford-inspector"]) {
    const trail = (await entries(world.database)).length;
    const { status, headers, bytes } = await fetched(await linkOf(actor, id));
    expect([status, bytes]).toEqual([200, PDF]);
    expect(
      Object.fromEntries(
        [
          "content-type",
          "content-disposition",
          "content-length",
          "x-content-type-options",
          "cache-control",
          "content-security-policy",
          "referrer-policy",
        ].map((name) => [name, headers.get(name)]),
      ),
    ).toEqual({
      "content-type": "application/pdf",
      "content-disposition": 'attachment; filename="Minutes 12 December.pdf"',
      "content-length": String(PDF.length),
      "x-content-type-options": "nosniff",
      "cache-control": "private, no-store",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
      "referrer-policy": "no-referrer",
    });
    expect((await entries(world.database)).length).toBe(trail + 1);
  }
  const [entry] = await world.database.owner.query<{ kind: string; detail: object; subject: string }[]>(
    "select e.kind, e.detail, p.subject from audit_entry e join person p on p.id = e.actor_id where e.kind = 'evidence.downloaded' and p.subject = 'wrenford-inspector'",
  );
  expect(entry).toEqual({
    kind: "evidence.downloaded",
    detail: { version: 1, marking: "OFFICIAL" },
    subject: "wrenford-inspector",
  });
  // a partner that is not named knows that there is a file, and gets no link
  const council = await seen(world.service, "council-writer", id, "fileName download { url }");
  expect([council.node, council.redactions]).toEqual([
    { fileName: "Minutes 12 December.pdf", download: null },
    [{ type: "Evidence", field: "download", requires: "PARTIES" }],
  ]);
  // it has come: the address takes nothing more
  expect((await put(url, PDF)).status).toBe(404);
});

test.each([
  ["a.pdf", PDF, "application/pdf"],
  ["a.png", PNG, "image/png"],
  ["a.jpg", JPEG, "image/jpeg"],
  ["a.JPEG", JPEG, "image/jpeg"],
  ["a.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
  [
    "chart.docx",
    docx({ name: "word/embeddings/Microsoft_Excel_Sheet1.xlsx", content: xlsx() }),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  ],
  [
    "of a template on the writer's own drive.docx",
    officeFile({ relation: "attachedTemplate", target: "file:///C:\\Templates\\Normal.dotm" }),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  ],
  [
    "with a link.docx",
    officeFile({ relation: "hyperlink", target: "https://papers.example/1" }),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  ],
  ["opens at a place.pdf", pdfWith("/OpenAction << /S /GoTo /D [3 0 R /Fit] >> /JSON (x)"), "application/pdf"],
  ["a.xlsx", xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ["a.pptx", pptx(), "application/vnd.openxmlformats-officedocument.presentationml.presentation"],
  ["a.odt", openDocument("text"), "application/vnd.oasis.opendocument.text"],
  ["a.ods", openDocument("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"],
  ["a.txt", Buffer.from("Ten officers were trained – all of them.\r\n"), "text/plain"],
  ["a.csv", Buffer.from("\ufeffname,number\nÉlodie,10\n"), "text/csv"],
])("%s is kept as what it is", async (name, bytes, mediaType) => {
  const { id, url } = await waiting(name);
  const { status, message } = await put(url, bytes);
  expect([message, status]).toEqual([null, 201]);
  expect((await seen(world.service, "police-lead", id)).node).toMatchObject({
    fileState: "CLEAN",
    mediaType,
    sizeBytes: bytes.length,
  });
});

const MANY = Array.from({ length: 5_001 }, (_, index) => ({ name: `word/media/${index}.txt` }));
/** Twenty thousand bytes that say they unpack to a gigabyte. */
const BOMB = docx({ name: "word/media/image1.png", content: Buffer.alloc(20 * 1024 * 1024) });
test.each([
  ["named PDF and is an image", "a.pdf", PNG, "NOT_ITS_NAME"],
  ["named image and is a PDF", "a.png", PDF, "NOT_ITS_NAME"],
  ["named Word and is Excel", "a.docx", xlsx(), "NOT_ITS_NAME"],
  ["named text and is a PDF", "a.txt", PDF, "NOT_ITS_NAME"],
  ["named image and is text", "a.jpg", Buffer.from("words"), "NOT_ITS_NAME"],
  ["empty", "a.txt", Buffer.alloc(0), "EMPTY"],
  [
    "a zip bomb by what it says",
    "a.docx",
    docx({ name: "word/media/a.png", content: "x", says: 0x7fffffff }),
    "TOO_LARGE_INSIDE",
  ],
  ["a zip bomb by its ratio", "a.docx", BOMB, "TOO_LARGE_INSIDE"],
  ["a zip of very many parts", "a.docx", docx(...MANY), "TOO_LARGE_INSIDE"],
  ["a zip of parts that overlap", "a.docx", docx({ name: "word/again.xml", at: 0 }), "DAMAGED"],
  ["a zip in a zip", "a.docx", docx({ name: "word/media/inner.zip", content: zipOf(WORD) }), "UNSAFE"],
  [
    "a Word document in a Word document",
    "a.docx",
    docx({ name: "word/embeddings/inner.docx", content: docx() }),
    "UNSAFE",
  ],
  ["macros", "a.docx", docx({ name: "word/vbaProject.bin", content: "x" }), "UNSAFE"],
  [
    "macros of another office",
    "a.odt",
    zipOf([
      { name: "mimetype", content: "application/vnd.oasis.opendocument.text", stored: true },
      { name: "Basic/Standard/Module1.xml" },
    ]),
    "UNSAFE",
  ],
  ["a program in a document", "a.docx", docx({ name: "word/embeddings/setup.exe", content: "MZ" }), "UNSAFE"],
  ["a packed object", "a.docx", docx({ name: "word/embeddings/oleObject1.bin", content: "x" }), "UNSAFE"],
  ["macros by their type", "a.docx", officeFile({ types: "application/vnd.ms-office.vbaProject" }), "UNSAFE"],
  [
    "macros in the main part's type",
    "a.docx",
    officeFile({ types: "application/vnd.ms-word.document.macroEnabled.main+xml" }),
    "UNSAFE",
  ],
  ["macros by a relationship", "a.docx", officeFile({ relation: "vbaProject", target: "foo.bin" }), "UNSAFE"],
  [
    "macros by a relationship in other letters",
    "a.docx",
    officeFile({ relation: "vba&#x50;roject", target: "foo.bin" }),
    "UNSAFE",
  ],
  [
    "macros by a relationship in UTF-16",
    "a.docx",
    officeFile({ relation: "vbaProject", target: "foo.bin", utf16: true }),
    "UNSAFE",
  ],
  [
    "an object by a relationship",
    "a.docx",
    officeFile({ relation: "oleObject", target: "media/image1.png" }),
    "UNSAFE",
  ],
  [
    "a template elsewhere",
    "a.docx",
    officeFile({ relation: "attachedTemplate", target: "https://elsewhere.example/a.dotm" }),
    "UNSAFE",
  ],
  [
    "a template on another machine",
    "a.docx",
    officeFile({ relation: "attachedTemplate", target: "file:///\\\\elsewhere\\a.dotm" }),
    "UNSAFE",
  ],
  ["a program named as an image", "a.docx", docx({ name: "word/media/image1.png", content: "MZ\x90\0" }), "UNSAFE"],
  [
    "the same, not packed",
    "a.docx",
    docx({ name: "word/media/image1.png", content: "\x7fELF", stored: true }),
    "UNSAFE",
  ],
  [
    "an old Office file named otherwise",
    "a.docx",
    docx({ name: "word/foo.bin", content: Buffer.from("d0cf11e0a1b11ae1", "hex") }),
    "UNSAFE",
  ],
  ["an archive named as an image", "a.docx", docx({ name: "word/media/image1.png", content: docx() }), "UNSAFE"],
  [
    "a list of relationships that unpacks to megabytes",
    "a.docx",
    docx({ name: "word/_rels/document.xml.rels", content: "a".repeat(9_000_000) }),
    "TOO_LARGE_INSIDE",
  ],
  ["a PDF with a script", "a.pdf", pdfWith("/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "UNSAFE"],
  ["a PDF with a script, in other letters", "a.pdf", pdfWith("/OpenAction << /S /J#61vaScript /JS 5 0 R >>"), "UNSAFE"],
  [
    "a PDF with a script of a rendition",
    "a.pdf",
    pdfWith("/AA << /O << /S /Rendition /JS (app.alert(1);) >> >>"),
    "UNSAFE",
  ],
  ["a PDF that starts a program", "a.pdf", pdfWith("/OpenAction << /S /Launch /F (cmd.exe) >>"), "UNSAFE"],
  [
    "a PDF with a script between two pieces that are read",
    "a.pdf",
    pdfWith(`${" ".repeat(65_500)}/S /JavaScript`),
    "UNSAFE",
  ],
  ["a password", "a.docx", docx({ name: "word/secret.xml", flags: 1 }), "UNSAFE"],
  ["a way out in a part's name", "a.docx", docx({ name: "../../etc/passwd" }), "DAMAGED"],
  ["a zip that is no document", "a.docx", zipOf([{ name: "readme.txt", content: "x" }]), "UNKNOWN_TYPE"],
  ["words before a zip", "a.docx", zipOf(WORD, { before: "hello" }), "NOT_ITS_NAME"],
  ["bytes after a zip", "a.docx", zipOf(WORD, { after: "more" }), "DAMAGED"],
  ["a zip without its end", "a.docx", docx().subarray(0, 60), "DAMAGED"],
  ["a PDF that is a zip too", "a.pdf", Buffer.concat([PDF, docx()]), "UNSAFE"],
  ["a PDF behind a zip's beginning", "a.pdf", Buffer.concat([Buffer.from("PK\x03\x04"), PDF]), "DAMAGED"],
  ["a PDF cut short", "a.pdf", PDF.subarray(0, 40), "DAMAGED"],
  ["an image with something behind it", "a.png", Buffer.concat([PNG, Buffer.from("<script>")]), "DAMAGED"],
  ["an image that is a zip too", "a.jpg", Buffer.concat([JPEG, zipOf([{ name: "a.txt" }])]), "UNSAFE"],
  [
    "an image in XML",
    "a.txt",
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    "UNKNOWN_TYPE",
  ],
  ["a web page", "a.csv", Buffer.from(" \n<!DOCTYPE html><script>alert(1)</script>"), "UNKNOWN_TYPE"],
  ["a script", "a.txt", Buffer.from("#!/bin/sh\nrm -r /"), "UNKNOWN_TYPE"],
  ["a program", "a.pdf", Buffer.from("MZ\x90\0\x03"), "UNKNOWN_TYPE"],
  ["a text with control characters", "a.txt", Buffer.from("words\0words"), "UNKNOWN_TYPE"],
  ["a text in no UTF-8", "a.txt", Buffer.from([0x41, 0xe9, 0x42]), "UNKNOWN_TYPE"],
  ["a text with a half character at its end", "a.txt", Buffer.from([0x41, 0xe2, 0x82]), "UNKNOWN_TYPE"],
  [
    "a text in no UTF-8 after its first piece",
    "a.txt",
    Buffer.concat([Buffer.alloc(200_000, "a"), Buffer.from([0xff])]),
    "UNKNOWN_TYPE",
  ],
])("refused: %s", async (_, name, bytes, reason) => {
  const { id, url } = await waiting(name);
  const before = await world.kept();
  const { status, message } = await put(url, bytes);
  expect(status).toBe(422);
  expect((await seen(world.service, "police-lead", id)).node).toMatchObject({
    fileState: "REFUSED",
    refusedBecause: message,
    sha256: null,
    sizeBytes: null,
    viewerCan: { attach: false, upload: true },
  });
  expect(await world.kept()).toEqual(before);
  const { detail } =
    (
      await world.database.owner.query<{ detail: object }[]>(
        "select detail from audit_entry where kind = 'evidence.fileRefused' and detail ->> 'reason' = $1 limit 1",
        [reason],
      )
    )[0] ?? {};
  expect(detail).toEqual({ reason });
  // the address has been used; another one is asked for, and the right file then comes
  expect((await put(url, PDF)).status).toBe(404);
  const renewed = await done(world.service, "police-lead", RENEW, { evidence: id });
  expect(renewed).toMatchObject({ fileState: "PENDING" });
  expect((await put(renewed.upload?.url ?? "", bytes)).status).toBe(422);
});

test.each([
  ["../../etc/passwd.pdf", "passwd.pdf"],
  ["C:\\Users\\me\\plan.pdf", "plan.pdf"],
  ["/plan.pdf", "plan.pdf"],
  ["pl\u202eafdp.exe.pdf", "plafdp.exe.pdf"],
  ["a\r\nSet-Cookie: b.pdf", "a Set-Cookie b.pdf"],
  ["..pdf", null],
  ["pdf", null],
  ["", null],
  ["a.pdf\0.exe", null],
  ['quote"<b>.pdf', "quoteb.pdf"],
  [`${"x".repeat(400)}.pdf`, `${"x".repeat(196)}.pdf`],
  ["Bericht für März.pdf", "Bericht für März.pdf"],
])("the file name %j is kept as %j", async (given, expected) => {
  if (expected === null) {
    const refused = await refusalsOf(world.service, "police-lead", ADD, { ...FILE, fileName: given });
    expect(refused).toEqual(["BAD_USER_INPUT input.fileName"]);
    return;
  }
  const { id, url, facts } = await waiting(given);
  expect(facts.fileName).toBe(expected);
  expect((await put(url, PDF)).status).toBe(201);
  const { headers } = await fetched(await linkOf("police-lead", id));
  const disposition = headers.get("content-disposition") ?? "";
  expect(disposition).toMatch(/^attachment; filename=/);
  expect(decodeURIComponent(disposition)).toContain(expected.slice(0, 60));
  for (const name of await world.kept()) expect(name).toMatch(/^[0-9a-f]{64}-[0-9a-f]{8}$/);
});

test("a hash that is not the one said, a form, and something packed are told, and the file is waited for still", async () => {
  const { id, url } = await waiting("a.pdf", { sha256: sha256(PDF).toUpperCase() });
  const before = await world.kept();
  const told = await refusedWhile(async () => {
    expect((await put(url, Buffer.concat([PDF, Buffer.from("\n")]))).status).toBe(422);
  });
  expect(told).toEqual([{ kind: "evidence.upload", reason: "other hash", known: true, own: true }]);
  expect((await put(url, PDF, { "content-type": "multipart/form-data; boundary=x" })).status).toBe(415);
  expect((await put(url, PDF, { "content-encoding": "gzip" })).status).toBe(415);
  expect((await fetched(url, { method: "POST", body: PDF })).status).toBe(405);
  expect((await fetched(url)).status).toBe(405);
  expect((await seen(world.service, "police-lead", id)).node).toMatchObject({ fileState: "PENDING" });
  expect(await world.kept()).toEqual(before);
  expect((await put(url, PDF)).status).toBe(201);
});

test("a stream of two gigabytes is cut off at the limit, with little memory and no disk", async () => {
  const { id, url } = await waiting("a.pdf");
  const files = await world.kept();
  const before = { memory: process.memoryUsage().rss, free: (await statfs(world.folder)).bavail };
  let peak = 0;
  let sent = 0;
  const TWO_GIGABYTES = 2 * 1024 ** 3;
  const piece = Buffer.alloc(256 * 1024, "a");
  let status = 0;
  const told = await refusedWhile(async () => {
    status = await new Promise<number>((resolve, reject) => {
      const sending = ask(`${world.service.address}${url}`, { method: "PUT" });
      let answered = 0;
      sending.on("response", (response) => {
        answered = response.statusCode ?? 0;
        response.resume();
      });
      sending.on("close", () =>
        answered ? resolve(answered) : reject(new Error("the line was cut without an answer")),
      );
      sending.on("error", () => undefined);
      const more = (): void => {
        while (!sending.destroyed && sent < TWO_GIGABYTES) {
          sent += piece.length;
          peak = Math.max(peak, process.memoryUsage().rss);
          if (!sending.write(piece)) {
            sending.once("drain", more);
            return;
          }
        }
        sending.end();
      };
      more();
    });
  });
  expect(told).toEqual([{ kind: "evidence.upload", reason: "too large", known: true, own: true }]);
  expect(status).toBe(413);
  expect((await seen(world.service, "police-lead", id)).node).toMatchObject({ fileState: "PENDING", sizeBytes: null });
  expect(await world.kept()).toEqual(files);
  expect(peak - before.memory).toBeLessThan(200 * 1024 * 1024);
  const block = (await statfs(world.folder)).bsize;
  expect((before.free - (await statfs(world.folder)).bavail) * block).toBeLessThan(64 * 1024 * 1024);
  // no more was taken than what was on its way when the answer came
  expect(sent).toBeLessThan(TWO_GIGABYTES);
});

test("what says that it is too long is not read; the limit itself is not too long", async () => {
  const whole = (bytes: number) => Buffer.concat([Buffer.from("words "), Buffer.alloc(bytes - 6, "a")]);
  const over = await waiting("a.txt");
  const { status, message } = await put(over.url, whole(MOST + 1));
  expect([status, message]).toEqual([413, "A file may have 1 MB. Send a smaller one, or a link."]);
  const just = await waiting("a.txt");
  expect((await put(just.url, whole(MOST))).status).toBe(201);
});

test("a sender who leaves in the midst leaves nothing behind", async () => {
  const { id, url } = await waiting("a.pdf");
  const files = await world.kept();
  await new Promise<void>((resolve) => {
    const sending = ask(`${world.service.address}${url}`, { method: "PUT", headers: { "content-length": "5000" } });
    sending.on("error", () => resolve());
    sending.write(PDF, () => setTimeout(() => sending.destroy(), 50));
    sending.on("close", () => resolve());
  });
  await until("nothing left behind", async () => (await world.kept()).length <= files.length);
  expect(await world.kept()).toEqual(files);
  expect((await seen(world.service, "police-lead", id)).node).toMatchObject({ fileState: "PENDING" });
  expect((await put(url, PDF)).status).toBe(201);
});

test("of two who send a file at once one is kept, and the other's is not left", async () => {
  const { id, url } = await waiting("a.pdf");
  const other = Buffer.concat([PDF, Buffer.from("%%EOF\n")]);
  const before = await world.kept();
  const statuses = (await Promise.all([put(url, PDF), put(url, other)])).map(({ status }) => status);
  expect(statuses.filter((status) => status === 201).length).toBe(1);
  expect(statuses.find((status) => status !== 201)).toBeGreaterThanOrEqual(404);
  const { node } = await seen(world.service, "police-lead", id);
  expect((await world.kept()).length).toBe(before.length + 1);
  const { bytes } = await fetched(await linkOf("police-lead", id));
  expect(sha256(bytes)).toBe(node?.sha256);
});

test("of several who send what is refused at once one is told why, and the others that it was", async () => {
  const { id, url } = await waiting("a.pdf");
  const bad = [1, 2, 3, 4].map((one) => Buffer.concat([PDF, Buffer.from(`%${one}`)]));
  const statuses = (await Promise.all(bad.map((bytes) => put(url, bytes)))).map(({ status }) => status);
  expect(statuses.filter((status) => status === 422)).toHaveLength(1);
  // who comes after it was settled finds nothing waited for
  for (const status of statuses.filter((one) => one !== 422)) expect([404, 409]).toContain(status);
  expect((await seen(world.service, "police-lead", id)).node).toMatchObject({ fileState: "REFUSED" });
});

/** What stops a link that was given, whatever it was when it was given. */
const STOPPED: [string, string, (id: string) => Promise<unknown>][] = [
  [
    "its time is over",
    "expired",
    () => {
      world.at(new Date("2019-02-14T09:05:00Z"));
      return Promise.resolve();
    },
  ],
  [
    "the evidence is withdrawn",
    "changed",
    (id) => done(world.service, "police-lead", WITHDRAW, { evidence: id, reason: "It names a child" }),
  ],
  [
    "something else is said of it",
    "changed",
    (id) => done(world.service, "police-lead", UPDATE, { evidence: id, title: "Other minutes" }),
  ],
  [
    "the action moves to other agencies",
    "withheld",
    () =>
      world.database.owner.query(
        "delete from assignment s using agency g where g.id = s.agency_id and s.action_id = $1 and g.sector = 'HEALTH'",
        [world.actions["6.3"]],
      ),
  ],
  [
    "it is used no more",
    "withheld",
    (id) =>
      world.database.owner.query(
        "update evidence_use set ended_at = now(), ended_by = attached_by where ended_at is null and evidence_id = (select id from evidence where encode(uuid_send(id), 'hex') = $1)",
        [Buffer.from(id, "base64url").subarray(1).toString("hex")],
      ),
  ],
  [
    "the membership ends",
    "unknown",
    () =>
      world.database.owner.query(
        "update membership set ended_at = '2019-02-14T08:00:00Z', ended_by = person_id from person p where p.id = person_id and p.subject = 'health-writer'",
      ),
  ],
];

test.each(STOPPED)("a link leads nowhere once %s", async (_, reason, happens) => {
  const owner = world.database.owner;
  const assignments = await owner.query<object[]>("select s.* from assignment s where s.action_id = $1", [
    world.actions["6.3"],
  ]);
  const id = await kept();
  const url = await linkOf("health-writer", id);
  expect((await fetched(url)).status).toBe(200);
  await happens(id);
  const downloads = (await entries(world.database)).filter(({ kind }) => kind === "evidence.downloaded").length;
  const told = await refusedWhile(async () => {
    const { status, message, headers } = await fetched(url);
    expect([status, message]).toEqual([404, "Nothing is here, or nothing that you may see. Check the id or the name."]);
    expect(headers.get("content-disposition")).toBeNull();
  });
  expect(told).toEqual([{ kind: "evidence.download", reason, known: true, own: false }]);
  expect((await entries(world.database)).filter(({ kind }) => kind === "evidence.downloaded").length).toBe(downloads);
  // and back to what was
  await owner.query("delete from assignment where action_id = $1", [world.actions["6.3"]]);
  for (const row of assignments)
    await owner.query("insert into assignment select * from jsonb_populate_record(null::assignment, $1)", [
      JSON.stringify(row),
    ]);
  await owner.query(
    "update membership set ended_at = null, ended_by = null from person p where p.id = person_id and p.subject = 'health-writer'",
  );
  world.at(NOW);
});

test("sensitive evidence is opened by those named and by oversight; a link made for one leads nobody else anywhere", async () => {
  const id = await kept({ marking: "OFFICIAL_SENSITIVE" });
  for (const actor of ["health-writer", "wrenford-officer"])
    expect((await fetched(await linkOf(actor, id))).status).toBe(200);
  for (const actor of ["council-writer", "wrenford-scrutiny", null])
    expect((await seen(world.service, actor, id, "id")).codes).toEqual(["NOT_FOUND"]);
  // less is not more: marked as sensitive after a link was given, it is another version
  const open = await kept();
  const url = await linkOf("health-writer", open);
  await done(world.service, "police-lead", UPDATE, { evidence: open, marking: "OFFICIAL_SENSITIVE" });
  expect((await fetched(url)).status).toBe(404);
  expect((await fetched(await linkOf("health-writer", open))).status).toBe(200);
});

test("a link that was changed, made up, or is of the other kind leads nowhere, and tells nothing of whose it is", async () => {
  const id = await kept();
  const { url: sending } = await waiting("a.pdf");
  const url = await linkOf("health-writer", id);
  const token = url.split("/").at(-1) ?? "";
  expect(Buffer.from(token, "base64url").toString("latin1")).not.toContain("health-writer");
  const made = [
    `${token.slice(0, -4)}AAAA`,
    `A${token.slice(1)}`,
    token.slice(0, 40),
    "x",
    "..%2f..%2fetc%2fpasswd",
    sending.split("/").at(-1) ?? "",
  ];
  const before = await refusals();
  for (const one of made) expect((await fetched(`/evidence/download/${one}`)).status).toBe(404);
  for (const one of [token, "x"]) expect((await put(`/evidence/upload/${one}`, PDF)).status).toBe(404);
  // nobody is known who followed them: the service's log has them, and the trail does not
  expect(await refusals()).toEqual(before);
  expect((await fetched(url)).status).toBe(200);
});

test("an address to send to is for whoever writes for the agency when the file comes", async () => {
  const { id, url } = await waiting("a.pdf");
  const files = await world.kept();
  const set = (ended: string | null) =>
    world.database.owner.query(
      "update membership set ended_at = $1::timestamptz, ended_by = case when $1::timestamptz is null then null else person_id end from person p where p.id = person_id and p.subject = 'police-contributor'",
      [ended],
    );
  await set("2019-02-14T08:00:00Z");
  const told = await refusedWhile(async () => {
    expect((await put(url, PDF)).status).toBe(404);
  });
  expect(told).toEqual([{ kind: "evidence.upload", reason: "unknown", known: true, own: false }]);
  await set(null);
  world.at(new Date("2019-02-14T09:15:00Z"));
  expect((await put(url, PDF)).status).toBe(404);
  world.at(NOW);
  expect(await world.kept()).toEqual(files);
  await done(world.service, "police-lead", WITHDRAW, { evidence: id, reason: "Added by mistake" });
  expect((await put(url, PDF)).status).toBe(404);
  expect(await world.kept()).toEqual(files);
});

test("pages of listed origins alone may send and open files from a browser", async () => {
  const { url } = await waiting("a.pdf");
  const preflight = (origin: string) =>
    fetched(url, { method: "OPTIONS", headers: { origin, "access-control-request-method": "PUT" } });
  const listed = await preflight("https://portal.example.org");
  expect([
    listed.status,
    listed.headers.get("access-control-allow-origin"),
    listed.headers.get("access-control-allow-methods"),
  ]).toEqual([204, "https://portal.example.org", "GET, PUT"]);
  expect((await preflight("https://elsewhere.example.org")).headers.get("access-control-allow-origin")).toBeNull();
});

test("a link to what an agency has not shared is refused in its own trail; who sees nothing of it any more leaves no name", async () => {
  const { id, url } = await waiting("a.pdf");
  expect((await put(url, PDF)).status).toBe(201);
  const follow = async (link: string) => {
    const told = await refusedWhile(async () => {
      expect((await fetched(link)).status).toBe(404);
    });
    const [entry] = await world.database.owner.query<object[]>(
      "select subject_id is not null as named, detail ? 'version' as version from audit_entry where outcome = 'REFUSED' and kind = 'evidence.download' order by ctid desc limit 1",
    );
    return [...told, entry];
  };
  const end = (subject: string, ended: string | null) =>
    world.database.owner.query(
      "update membership set ended_at = $2::timestamptz, ended_by = case when $2::timestamptz is null then null else person_id end from person p where p.id = person_id and p.subject = $1",
      [subject, ended],
    );
  const told = (reason: string, own: boolean) => ({ kind: "evidence.download", reason, known: true, own });
  const unshared = await linkOf("police-contributor", id);
  await end("police-contributor", "2019-02-14T08:00:00Z");
  expect(await follow(unshared)).toEqual([told("unknown", false), { named: false, version: false }]);
  await end("police-contributor", null);
  world.at(new Date("2019-02-14T09:05:00Z"));
  expect(await follow(unshared)).toEqual([told("expired", true), { named: true, version: true }]);
  world.at(NOW);
  const shared = await linkOf("health-writer", await kept());
  world.at(new Date("2019-02-14T09:05:01Z"));
  expect(await follow(shared)).toEqual([told("expired", false), { named: true, version: true }]);
  world.at(NOW);
});
