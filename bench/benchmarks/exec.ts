import { countBytes } from '../api.ts';
import type { Benchmark } from '../benchmark.ts';
import type { BenchEngine } from '../engines.ts';

/** `docker exec CONTAINER true`: create, start attached, read to the end, ask for the exit code. */
export const exec: Benchmark = {
  name: 'exec',
  about: 'a short command in a running container, to its exit code',
  async run(bench) {
    const running = new Map<BenchEngine, string>();
    for (const engine of bench.engines) {
      const id = await engine.api.create(['sleep', '3600'], { NetworkMode: 'none' });
      await engine.api.start(id);
      running.set(engine, id);
    }
    await bench.time('exec true', async (engine) => {
      const { api } = engine;
      const asked = { AttachStdout: true, AttachStderr: true, Cmd: ['true'] };
      const { Id } = await api.json<{ Id: string }>('POST', `/containers/${running.get(engine)}/exec`, asked);
      await countBytes(await api.hijack(`/exec/${Id}/start`, { Detach: false, Tty: false }));
      const { ExitCode } = await api.json<{ ExitCode: number }>('GET', `/exec/${Id}/json`);
      if (ExitCode !== 0) throw new Error(`${engine.name}: exec ended with ${ExitCode}`);
    });
    for (const [{ api }, id] of running) await api.remove(id);
  },
};
