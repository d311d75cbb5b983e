/** Gives the browser a file of ours to save; what fails before its first byte is a page of its own, so it opens beside. */
export function startDownload(path: string): void {
  const link = document.createElement('a');
  link.href = path;
  link.download = '';
  link.rel = 'noopener';
  link.click();
}
