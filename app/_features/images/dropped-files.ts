let waiting: readonly File[] = [];

/** Files that fell on one page for the form of another. */
export function leaveFiles(files: readonly File[]): void {
  waiting = files;
}

/** What was left, once. */
export function takeFiles(): readonly File[] {
  const files = waiting;
  waiting = [];
  return files;
}
