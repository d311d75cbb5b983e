import type { Engine, EngineOptions } from '#engine/index.ts';

export interface OpenedEngine {
  engine: Engine | undefined;
  /** Why there is none, or why it did not start. */
  problem: unknown;
}

/** Whatever is wrong with the host is told on the pages: it does not keep the server from starting. */
export async function openEngine({
  buildFolder,
  ...options
}: Omit<EngineOptions, 'shimPath'> & { buildFolder: string }): Promise<OpenedEngine> {
  try {
    // Late, because loading it already needs the native parts of this host.
    const { createEngine } = await import('#engine/index.ts');
    const { ensureShim } = await import('#engine/runtime/index.ts');
    const shimPath = await ensureShim(buildFolder);
    return { engine: await createEngine({ ...options, shimPath }), problem: undefined };
  } catch (problem) {
    options.log.error({ err: problem }, 'the engine cannot be used on this host');
    return { engine: undefined, problem };
  }
}
