// A docker command in a terminal, as a person has it.
import { spawn } from 'node-pty';

const PATIENCE_MS = 60_000;

interface Terminal extends Disposable {
  /** Everything shown so far. */
  shown(): string;
  /** Until the text has appeared. */
  until(text: string): Promise<void>;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  readonly exited: Promise<number>;
}

/** 80 columns and 24 rows; disposing ends the command. */
export function openTerminal(env: Record<string, string>, args: readonly string[]): Terminal {
  const pty = spawn('docker', [...args], { env, cols: 80, rows: 24 });
  const words = `docker ${args.join(' ')}`;
  const waiting = new Set<() => void>();
  let [shown, ended] = ['', false];
  const { promise: exited, resolve } = Promise.withResolvers<number>();
  pty.onData((data) => {
    shown += data;
    for (const look of waiting) look();
  });
  pty.onExit(({ exitCode }) => {
    ended = true;
    resolve(exitCode);
    for (const look of waiting) look();
  });
  return {
    shown: () => shown,
    async until(text) {
      const { promise, resolve: found, reject } = Promise.withResolvers<void>();
      const look = () => {
        if (shown.includes(text)) found();
        else if (ended) reject(new Error(`${words} ended without "${text}": ${shown}`));
      };
      const timer = setTimeout(() => reject(new Error(`"${text}" did not come from ${words}: ${shown}`)), PATIENCE_MS);
      waiting.add(look);
      try {
        look();
        await promise;
      } finally {
        clearTimeout(timer);
        waiting.delete(look);
      }
    },
    type: (text) => pty.write(text),
    resize: (columns, rows) => pty.resize(columns, rows),
    exited,
    [Symbol.dispose]() {
      if (!ended) pty.kill();
    },
  };
}
