const INSTRUCTION = /^(CMD|ENTRYPOINT|ENV|EXPOSE|LABEL|ONBUILD|STOPSIGNAL|USER|VOLUME|WORKDIR|HEALTHCHECK)\s+\S/i;
/** They travel in the address of the upload, which a server cuts off somewhere. */
const MAX_LENGTH = 8_000;

/** Dockerfile lines laid over an import; `problem` is the key of a sentence, `line` counts from 1. */
export function readChanges(text: string): {
  changes: string[];
  problem?: 'changeLine' | 'changesLong';
  line?: number;
} {
  const changes: string[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (!INSTRUCTION.test(line)) return { changes, problem: 'changeLine', line: index + 1 };
    changes.push(line);
  }
  return encodeURIComponent(changes.join('')).length > MAX_LENGTH ? { changes, problem: 'changesLong' } : { changes };
}

/** A name for the image in a file: `Debian 13.tar.gz` becomes `debian-13:latest`. */
export function suggestReference(fileName: string): string {
  const base = fileName
    .toLowerCase()
    .replace(/(\.rootfs)?(\.tar)?(\.(gz|xz|zst|bz2)|\.tgz|\.txz|\.tar)?$/, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/[._-]{2,}/g, '-')
    .replace(/^[._-]+|[._-]+$/g, '');
  return base === '' ? '' : `${base}:latest`;
}
