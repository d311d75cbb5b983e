/** From here on somebody should make room. */
export const FULL_PERCENT = 85;

interface Usage {
  diskUsedBytes: number;
  diskTotalBytes: number;
  diskUsedFiles: number;
  diskTotalFiles: number;
}

/** How full the disk is, by its bytes and by how many files it can have; empty while that is not known. */
export function fillings(usage: Usage | undefined): { of: 'data' | 'files'; percent: number }[] {
  if (usage === undefined) return [];
  const { diskUsedBytes, diskTotalBytes, diskUsedFiles, diskTotalFiles } = usage;
  return [
    { of: 'data', percent: percentOf(diskUsedBytes, diskTotalBytes) },
    { of: 'files', percent: percentOf(diskUsedFiles, diskTotalFiles) },
  ];
}

/** Of a file system without such a limit none is used. */
function percentOf(used: number, total: number): number {
  return total === 0 ? 0 : (used / total) * 100;
}
