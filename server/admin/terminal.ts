/** What a program reads goes to `out`, what people read to `note`. */
export interface Terminal {
  out(line: string): void;
  note(line: string): void;
  /** The password on standard input, without the line end. */
  readPassword(): Promise<string>;
}
