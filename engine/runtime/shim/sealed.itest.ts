import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ensureShim } from './compile.ts';

/** Tells what it runs from, whether that is sealed, and whether it can be opened for writing. */
const PROBE = `#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(void) {
	char exe[4096] = "";
	if (readlink("/proc/self/exe", exe, sizeof exe - 1) < 0) return 2;
	int seals = fcntl(open("/proc/self/exe", O_RDONLY), F_GET_SEALS);
	int writable = open("/proc/self/exe", O_WRONLY);
	FILE *out = fopen("told", "w");
	fprintf(out, "%s\\n%d\\n%s\\n", exe, seals, writable < 0 ? "closed" : "open");
	fclose(out);
	return 1;
}
`;
/** F_SEAL_SEAL, SHRINK, GROW and WRITE: those that crun looks for. */
const SEALS = 0xf;

for (const sealed of [true, false]) {
  const name = sealed
    ? 'crun runs from a sealed copy in memory that cannot be written to'
    : 'runc, which makes its own, runs as it is';
  test(name, { timeout: 60_000 }, async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'davit-sealed-'));
    const program = join(folder.path, 'probe');
    await writeFile(`${program}.c`, PROBE);
    execFileSync('cc', ['-o', program, `${program}.c`]);
    const dir = join(folder.path, 'dir');
    await mkdir(dir);
    const shim = await ensureShim(join(folder.path, 'build'));
    const args = ['--id=x', `--bundle=${dir}`, `--runtime=${program}`, `--root=${dir}`, `--dir=${dir}`];
    const child = spawn(shim, [...args, ...(sealed ? ['--crun'] : [])], {
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    // It leaves as soon as it has told why nothing was started.
    child.stdio[3]?.on('error', () => undefined);
    await once(child, 'exit');
    const [exe = '', seals, access] = (await readFile(join(dir, 'told'), 'utf8')).split('\n');
    if (!sealed) return assert.equal(exe, program);
    assert.match(exe, /^\/memfd:probe/);
    assert.equal(Number(seals) & SEALS, SEALS);
    assert.equal(access, 'closed');
  });
}
