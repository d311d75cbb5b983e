// The real docker CLI against the socket of a Davit under test, with a configuration of its own.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { spawn as spawnPty } from 'node-pty';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import type { DavitProcess } from '../davit-process.ts';

const ROOT = join(import.meta.dirname, '../..');
const CALL_MS = 60_000;

export interface CliAnswer {
  code: number;
  stdout: string;
  stderr: string;
}

export interface DockerTerminal {
  /** Everything shown so far. */
  shown(): string;
  /** Until the text appears. */
  until(text: string): Promise<void>;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  readonly exited: Promise<number>;
}

export interface DockerClient extends AsyncDisposable {
  /** Runs to its end, whatever its exit code is. */
  run(args: readonly string[], input?: string | Buffer): Promise<CliAnswer>;
  /** What it prints, trimmed. @throws Error when it fails */
  ok(...args: string[]): Promise<string>;
  /** Goes on in a terminal. */
  terminal(...args: string[]): DockerTerminal;
  /** Makes `busybox:latest`. */
  importBusybox(): Promise<void>;
}

/** Where `./davit test` puts it when the host has none. */
function dockerProgram(): string {
  const folders = [join(ROOT, '.davit-build/docker-cli'), ...(process.env['PATH'] ?? '').split(delimiter)];
  const given = process.env['DAVIT_TEST_DOCKER'];
  for (const program of given === undefined ? folders.map((folder) => join(folder, 'docker')) : [given]) {
    try {
      accessSync(program, constants.X_OK);
      return program;
    } catch {
      // Not in this folder.
    }
  }
  throw new Error('There is no docker CLI: "./davit test" installs one');
}

export async function createDockerClient(davit: DavitProcess): Promise<DockerClient> {
  const program = dockerProgram();
  const config = await mkdtemp(join(tmpdir(), 'davit-docker-cli-'));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: config,
    DOCKER_CONFIG: config,
    DOCKER_HOST: `unix://${davit.runRoot}/docker.sock`,
    DOCKER_CLI_HINTS: 'false',
    TERM: 'xterm',
  };
  const terminals = new Set<{ kill(): void }>();

  async function run(args: readonly string[], input: string | Buffer = ''): Promise<CliAnswer> {
    const child = spawn(program, args, {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: CALL_MS,
      killSignal: 'SIGKILL',
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    // A command that does not read its input closes it first.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code !== null) resolve(code);
      else reject(new Error(`docker ${args.join(' ')} was ended by ${signal}: ${stdout} ${stderr}`));
    });
    return { code: await promise, stdout, stderr };
  }

  async function ok(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await run(args);
    if (code !== 0) throw new Error(`docker ${args.join(' ')} exited with ${code}: ${stderr}`);
    return stdout.trim();
  }

  return {
    run,
    ok,
    terminal(...args) {
      const pty = spawnPty(program, args, { env, cols: 80, rows: 24, cwd: ROOT });
      terminals.add(pty);
      let shown = '';
      const waiting = new Set<() => void>();
      pty.onData((data) => {
        shown += data;
        for (const look of waiting) look();
      });
      const { promise: exited, resolve } = Promise.withResolvers<number>();
      pty.onExit(({ exitCode }) => {
        terminals.delete(pty);
        resolve(exitCode);
        for (const look of waiting) look();
      });
      return {
        shown: () => shown,
        async until(text) {
          const { promise, resolve: found, reject } = Promise.withResolvers<void>();
          const look = () => {
            if (shown.includes(text)) found();
            else if (!terminals.has(pty))
              reject(new Error(`docker ${args.join(' ')} ended without "${text}": ${shown}`));
          };
          const timer = setTimeout(() => reject(new Error(`"${text}" did not come: ${shown}`)), CALL_MS);
          waiting.add(look);
          look();
          try {
            await promise;
          } finally {
            clearTimeout(timer);
            waiting.delete(look);
          }
        },
        type: (text) => pty.write(text),
        resize: (columns, rows) => pty.resize(columns, rows),
        exited,
      };
    },
    async importBusybox() {
      const { code, stderr } = await run(['import', '-c', 'CMD ["sh"]', '-', 'busybox'], await busyboxRootfs());
      if (code !== 0) throw new Error(`docker import failed: ${stderr}`);
    },
    async [Symbol.asyncDispose]() {
      for (const terminal of terminals) terminal.kill();
      await rm(config, { recursive: true, force: true });
    },
  };
}
