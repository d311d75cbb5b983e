import { userInfo } from 'node:os';
import type { IPty } from 'node-pty';

/** A program in a terminal of this host. */
export interface Pty {
  readonly pid: number;
  onData(listener: (data: Buffer) => void): void;
  onExit(listener: (exit: { exitCode: number }) => void): void;
  write(data: Buffer): void;
  resize(columns: number, rows: number): void;
  pause(): void;
  resume(): void;
  kill(signal: string): void;
}

export type SpawnPty = (size: { rows: number; columns: number }) => Promise<Pty>;

/** Nothing of the server's own environment, which may hold what is not for a shell's history. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The login shell of the user that the server runs as, in their home. */
export async function spawnLoginShell({ rows, columns }: { rows: number; columns: number }): Promise<Pty> {
  // Native: only a server whose owner asked for it loads it.
  const { spawn } = await import('node-pty');
  const { username, homedir, shell } = userInfo();
  const file = shell ?? '/bin/sh';
  const env = {
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    PATH,
    HOME: homedir,
    USER: username,
    LOGNAME: username,
    SHELL: file,
  };
  return toPty(spawn(file, ['-l'], { name: env.TERM, rows, cols: columns, cwd: homedir, env, encoding: null }));
}

function toPty(pty: IPty): Pty {
  return {
    pid: pty.pid,
    // Without an encoding these are bytes, whatever the type says.
    onData: (listener) => void pty.onData((data: string | Buffer) => listener(Buffer.from(data))),
    onExit: (listener) => void pty.onExit(listener),
    write: (data) => pty.write(data),
    resize: (columns, rows) => pty.resize(columns, rows),
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    kill: (signal) => pty.kill(signal),
  };
}
