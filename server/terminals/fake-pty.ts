// A terminal that says what it is told, without a process. For tests.

import type { Pty } from './spawn-pty.ts';

/** `calls` has what was done to it besides writing. It ends by a hang-up, or when it is told `exit`. */
export function fakePty(calls: string[] = []): Pty {
  let tell: (data: Buffer) => void = () => {};
  let leave: (exit: { exitCode: number }) => void = () => {};
  return {
    // No process has it, nor a session.
    pid: 2 ** 30,
    onData(listener) {
      tell = listener;
      setImmediate(() => listener(Buffer.from('$ ')));
    },
    onExit(listener) {
      leave = listener;
    },
    write(data) {
      tell(data);
      if (data.includes('exit')) setImmediate(() => leave({ exitCode: 7 }));
    },
    resize: (columns, rows) => void calls.push(`${columns}x${rows}`),
    pause() {},
    resume() {},
    kill(signal) {
      calls.push(signal);
      setImmediate(() => leave({ exitCode: 129 }));
    },
  };
}
