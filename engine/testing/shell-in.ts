import type { Engine } from '../system/engine.ts';

/** What a shell inside a container printed. */
export async function shellIn(engine: Engine, ref: string, script: string): Promise<string> {
  const request = { args: ['sh', '-c', `{ ${script}; } 2>/dev/null`], tty: false, openStdin: false };
  await using stream = await engine.containers.startExec((await engine.containers.createExec(ref, request)).id);
  let output = '';
  for await (const { data } of stream.output) output += data.toString();
  return output;
}
