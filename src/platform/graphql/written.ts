import type { FormattedExecutionResult } from "graphql";

/** Data of an answer that is JSON already. */
export class WrittenData {
  constructor(readonly json: string) {}

  /** Nobody who reads the data gets at the text by chance. */
  toJSON(): never {
    throw new Error("this data is JSON already: write the answer by stringifyAnswer");
  }
}

/** An answer as text, its data as it was written where it was. */
export function stringifyAnswer(result: FormattedExecutionResult): string {
  const { data, ...rest } = result as { data?: unknown };
  if (!(data instanceof WrittenData)) return `${JSON.stringify(result)}\n`;
  const others = JSON.stringify(rest);
  return `{"data":${data.json}${others === "{}" ? "" : `,${others.slice(1, -1)}`}}\n`;
}
