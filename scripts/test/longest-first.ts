// The order in which files are run: by their names the longest one might begin last, and one core would wait for it.

/** Those that let the engine fail and die at every step, the longest first. */
export const LONG_FAULTS = [
  'engine/system/failpoint-errors-data.itest.ts',
  'engine/system/failpoint-crashes-data.itest.ts',
  'engine/system/write-crashes-data.itest.ts',
  'engine/system/write-crashes.itest.ts',
  'engine/system/failpoint-crashes.itest.ts',
  'engine/system/failpoint-errors.itest.ts',
];

const LONGEST = [
  'server/realtime/sockets.test.ts',
  'server/admin/main.test.ts',
  ...LONG_FAULTS,
  'engine/system/neighbours.itest.ts',
  'engine/containers/container-files.itest.ts',
  'engine/diff/unpack/damaged-archives.itest.ts',
  'engine/images/disk-full.itest.ts',
  'engine/images/save-images.itest.ts',
  // It fetches what it runs, where no earlier run has done so.
  'e2e/durability/main-job.e2e.ts',
  'e2e/durability/kill-campaign.e2e.ts',
  'e2e/durability/metrics.e2e.ts',
  'e2e/durability/large-import.e2e.ts',
  'e2e/docker-cli/remote.e2e.ts',
  'e2e/recorded/bad-values.e2e.ts',
  'e2e/durability/leaks.e2e.ts',
  'e2e/security/first-owner.e2e.ts',
  'e2e/durability/full-disk.e2e.ts',
  'e2e/docker-cli/disconnects.e2e.ts',
  'e2e/sdk/docker-py.e2e.ts',
  'e2e/durability/random-orders.e2e.ts',
  'e2e/durability/fifty.e2e.ts',
  'e2e/durability/read-only.e2e.ts',
  'e2e/durability/missing-parts.e2e.ts',
  'e2e/durability/clock.e2e.ts',
  'e2e/docker-cli/images.e2e.ts',
  'e2e/sdk/dockerode.e2e.ts',
  'e2e/ui/pages.spec.ts',
  'e2e/ui/logs.spec.ts',
  'e2e/ui/containers.spec.ts',
  'e2e/ui/users.spec.ts',
  'e2e/ui/main-job.spec.ts',
  'e2e/ui/host-terminal.spec.ts',
  'e2e/ui/terminal.spec.ts',
  'e2e/ui/uploads.spec.ts',
];

export function longestFirst(files: readonly string[]): string[] {
  const place = (file: string) => (LONGEST.includes(file) ? LONGEST.indexOf(file) : LONGEST.length);
  return files.toSorted((one, other) => place(one) - place(other) || (one < other ? -1 : 1));
}
