/** A probe as a program with its arguments: `["curl", "-f", "http://localhost/"]`. */
export function tryParseWordList(text: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.length > 0 && list.every((word) => typeof word === 'string') ? list : undefined;
  } catch {
    // Half-typed, or a shell line that begins with a bracket.
    return undefined;
  }
}
