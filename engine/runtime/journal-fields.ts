/**
 * The fields of entries of the journal as its native protocol has them: a value with a line break is told with its length.
 *
 * @see https://systemd.io/JOURNAL_NATIVE_PROTOCOL/
 */
export function journalFields(fields: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(fields).map(([name, text]) => {
    if (!text.includes('\n')) return Buffer.from(`${name}=${text}\n`);
    const value = Buffer.from(text);
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(value.length));
    return Buffer.concat([Buffer.from(`${name}\n`), size, value, Buffer.from('\n')]);
  });
  return Buffer.concat(parts);
}
