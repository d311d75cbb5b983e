/** Names in an `accept-encoding` header, without those it refuses. */
export function acceptedEncodings(header: string): Set<string> {
  const words = header.split(',').map((word) =>
    word
      .trim()
      .toLowerCase()
      .split(/\s*;\s*q=/),
  );
  return new Set(words.flatMap(([name = '', weight = '1']) => (Number(weight) > 0 ? [name] : [])));
}
