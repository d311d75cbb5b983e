import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProcessConfig } from '../oci/index.ts';
import { applyImageChanges } from './image-changes.ts';

test('each instruction changes its member', () => {
  const table: [string, ProcessConfig][] = [
    ['CMD ["a", "b c"]', { Cmd: ['a', 'b c'] }],
    ['cmd echo "x y"', { Cmd: ['/bin/sh', '-c', 'echo "x y"'] }],
    ['CMD [ -f x ] && y', { Cmd: ['/bin/sh', '-c', '[ -f x ] && y'] }],
    ['ENTRYPOINT ["/init"]', { Entrypoint: ['/init'] }],
    [`ENV A=1 B="two words" C='$x' D=a\\ b`, { Env: ['A=1', 'B=two words', 'C=$x', 'D=a b'] }],
    ['ENV A one two', { Env: ['A=one two'] }],
    [
      'EXPOSE 80 53/UDP 8000-8002',
      { ExposedPorts: { '80/tcp': {}, '53/udp': {}, '8000/tcp': {}, '8001/tcp': {}, '8002/tcp': {} } },
    ],
    ['LABEL a.b="c d" e=', { Labels: { 'a.b': 'c d', e: '' } }],
    ['ONBUILD RUN x', { OnBuild: ['RUN x'] }],
    ['STOPSIGNAL SIGQUIT', { StopSignal: 'SIGQUIT' }],
    ['USER 1000:1000', { User: '1000:1000' }],
    ['VOLUME ["/a b", "/c"]', { Volumes: { '/a b': {}, '/c': {} } }],
    ['VOLUME /a /b', { Volumes: { '/a': {}, '/b': {} } }],
    ['WORKDIR srv/../app', { WorkingDir: '/app' }],
    ['HEALTHCHECK NONE', { Healthcheck: { Test: ['NONE'] } }],
    [
      'HEALTHCHECK --interval=1m30s --retries=2 CMD curl x',
      { Healthcheck: { Interval: 90e9, Retries: 2, Test: ['CMD-SHELL', 'curl x'] } },
    ],
    ['HEALTHCHECK CMD ["a"]', { Healthcheck: { Test: ['CMD', 'a'] } }],
    ['# a comment\n\nENV A=1 \\\n  B=2', { Env: ['A=1', 'B=2'] }],
  ];
  for (const [change, expected] of table) assert.deepEqual(applyImageChanges({}, [change]), expected, change);
});

test('changes build on what is there', () => {
  const base: ProcessConfig = { Env: ['A=0', 'PATH=/bin'], Cmd: ['x'], WorkingDir: '/srv', Shell: ['/bin/bash', '-c'] };
  const before = structuredClone(base);
  assert.deepEqual(applyImageChanges(base, ['ENV A=1', 'WORKDIR app', 'ENTRYPOINT run']), {
    Env: ['A=1', 'PATH=/bin'],
    WorkingDir: '/srv/app',
    Shell: ['/bin/bash', '-c'],
    Entrypoint: ['/bin/bash', '-c', 'run'],
  });
  assert.deepEqual(base, before);
});

test('refuses what Docker refuses', () => {
  const table: [string, string | RegExp][] = [
    ['RUN x', 'RUN is not a valid change command'],
    ['constructor x', 'constructor is not a valid change command'],
    ['CMD', 'CMD requires at least one argument'],
    ['ENV A', 'ENV must have two arguments'],
    ['ENV A=1 B', /can't find = in "B"/],
    ['EXPOSE 0', 'Invalid containerPort: 0'],
    ['EXPOSE 70000', 'Invalid containerPort: 70000'],
    ['USER a b', 'USER requires exactly one argument'],
    ['HEALTHCHECK --interval=soon CMD x', 'time: invalid duration "soon"'],
    ['HEALTHCHECK x', 'Unknown type "X" in HEALTHCHECK (try CMD)'],
  ];
  for (const [change, message] of table) {
    assert.throws(() => applyImageChanges({}, [change]), { code: 'invalid_argument', message }, change);
  }
});
