const WIDTH = 9;

/**
 * What a reference is sorted by, byte by byte: small letters, each run of digits padded, so that "7.1c" comes before
 * "7.10" and "4.1" before "36.3". For sorting alone: two references may share it ("7.1" and "7.01").
 */
export function referenceOrder(reference: string): string {
  return reference
    .normalize("NFKC")
    .trim()
    .toLowerCase()
    .replace(/\s+/gu, " ")
    .replace(/[0-9]+/gu, (digits) => digits.replace(/^0+(?=[0-9])/u, "").padStart(WIDTH, "0"));
}
