import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { unmount } from './mount-calls.ts';
import { mountOverlay } from './overlay-mount.ts';
import { SyscallError } from './syscall-error.ts';
import { loadSyscalls } from './syscalls.ts';

test('a kernel that takes no layers one by one gets them in one page', async () => {
  const real = await loadSyscalls();
  const sys = {
    ...real,
    // As the legacy file system context: any option is taken, then nothing can be made of them.
    fsconfigString: () => undefined,
    fsconfigCreate(): void {
      throw new SyscallError({ syscall: 'fsconfig', errno: 'EINVAL', text: '' });
    },
  };
  const root = mkdtempSync(join(tmpdir(), `overlay-${'long-name-'.repeat(15)}`));
  const folder = (name: string): string => {
    mkdirSync(join(root, name));
    return join(root, name);
  };
  const layers = (name: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => {
      const path = folder(`${name}${index}`);
      writeFileSync(join(path, `of-${index}`), `${index}`);
      writeFileSync(join(path, 'who'), `${index}`);
      return path;
    });
  const target = folder('target');
  try {
    const [upper, work] = [folder('upper'), folder('work')];
    mountOverlay(sys, { lower: layers('layer', 130), upper, work, target });
    assert.equal(readFileSync(join(target, 'who'), 'utf8'), '0');
    assert.equal(readFileSync(join(target, 'of-129'), 'utf8'), '129');
    writeFileSync(join(target, 'new'), 'written');
    assert.equal(readFileSync(join(upper, 'new'), 'utf8'), 'written');
    unmount(sys, target, false);

    mountOverlay(sys, { lower: layers('ro', 2), target });
    assert.throws(() => writeFileSync(join(target, 'new'), ''), { code: 'EROFS' });
    unmount(sys, target, false);

    assert.throws(() => mountOverlay(sys, { lower: [join(root, 'not-there'), upper], target }), /lowerdir .*not-there/);
    assert.throws(() => mountOverlay(sys, { lower: layers('many', 300), upper, work, target }), /300 layers are more/);
  } finally {
    unmount(sys, target, true);
    rmSync(root, { recursive: true, force: true });
  }
});
