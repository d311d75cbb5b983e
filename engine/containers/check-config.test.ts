import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '../errors/index.ts';
import { containerConfig } from '../testing/container-config.ts';
import { hostFacts } from '../testing/host-facts.ts';
import { checkConfig } from './check-config.ts';

test('what Docker refuses is refused in its words', () => {
  const cases: [Parameters<typeof containerConfig>[0], string][] = [
    [{ resources: { memoryBytes: 1024 } }, 'Minimum memory limit allowed is 6MB'],
    [{ resources: { nanoCpus: 3e9 } }, 'range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available'],
    [
      { autoRemove: true, restart: { name: 'always', maxRetries: 0 } },
      "can't create 'AutoRemove' container with restart policy",
    ],
    [
      {
        mounts: [
          { type: 'tmpfs', target: '/a' },
          { type: 'volume', target: '/a/', readOnly: false },
        ],
      },
      'Duplicate mount point: /a',
    ],
    [{ mounts: [{ type: 'tmpfs', target: 'a' }] }, `invalid mount path: 'a' mount path must be absolute`],
    [{ workingDir: 'x' }, "the working directory 'x' is invalid, it needs to be an absolute path"],
  ];
  for (const [change, message] of cases) {
    assert.throws(
      () => checkConfig(containerConfig(change), hostFacts()),
      (error) => isEngineError(error, 'invalid_argument') && error.message === message,
      message,
    );
  }
});

test('an ordinary configuration passes', () => {
  checkConfig(
    containerConfig({
      resources: { memoryBytes: 6 * 1024 * 1024, nanoCpus: 2e9 },
      restart: { name: 'on-failure', maxRetries: 3 },
    }),
    hostFacts(),
  );
});
