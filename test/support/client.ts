/** An answer as it came: status, headers, the exact text, and the text read. */
export interface Answer<T> {
  status: number;
  headers: Headers;
  text: string;
  data: T | null;
  errors: AnsweredError[];
  redactions: { type: string; field: string; requires: string }[];
}

export interface AnsweredError {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; field?: string[]; requestId?: string };
}

/** Asks GraphQL as one actor. */
export class Client {
  constructor(
    readonly url: string,
    private readonly token: (() => Promise<string>) | null,
  ) {}

  /** The answer, whatever it says. */
  async ask<T = Record<string, never>>(
    query: string,
    variables: object = {},
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(this.url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(await this.authorization()), ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return read<T>(response);
  }

  /** The data of an operation that must succeed whole; says what went wrong otherwise. */
  async data<T>(query: string, variables: object = {}): Promise<T> {
    const { data, errors, text } = await this.ask<T>(query, variables);
    if (errors.length > 0 || data === null)
      throw new Error(`${query.trim()}\nwith ${JSON.stringify(variables)} answered\n${text.slice(0, 2000)}`);
    return data;
  }

  /** Codes of the errors of an operation that must fail, with the field each names. */
  async refusals(query: string, variables: object = {}): Promise<string[]> {
    const { errors, text } = await this.ask(query, variables);
    if (errors.length === 0) throw new Error(`${query.trim()} should have failed and answered\n${text.slice(0, 2000)}`);
    return errors.map(({ extensions: { code, field } }) => (field ? `${code} ${field.join(".")}` : code));
  }

  async authorization(): Promise<Record<string, string>> {
    return this.token ? { authorization: `Bearer ${await this.token()}` } : {};
  }
}

/** Reads an answer of GraphQL over HTTP. */
export async function read<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text();
  const body = (text.startsWith("{") ? JSON.parse(text) : {}) as {
    data?: T;
    errors?: AnsweredError[];
    extensions?: { redactions?: Answer<T>["redactions"] };
  };
  return {
    status: response.status,
    headers: response.headers,
    text,
    data: body.data ?? null,
    errors: body.errors ?? [],
    redactions: body.extensions?.redactions ?? [],
  };
}
