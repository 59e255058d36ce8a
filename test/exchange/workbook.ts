import { Workbook, type Worksheet } from "exceljs";

/** The bytes of a workbook with one sheet, filled by `fill`. */
export async function workbook(fill: (sheet: Worksheet, book: Workbook) => void): Promise<Buffer> {
  const book = new Workbook();
  fill(book.addWorksheet("Plan"), book);
  return Buffer.from(await book.xlsx.writeBuffer());
}
