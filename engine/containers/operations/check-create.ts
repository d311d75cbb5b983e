import { stat } from 'node:fs/promises';
import { isEngineError } from '../../errors/index.ts';
import type { ContainerService } from '../container-service.ts';
import type { Context } from '../context.ts';
import { checkName } from '../names.ts';

type Part = Parameters<ContainerService['checkCreate']>[0];
type Problem = Awaited<ReturnType<ContainerService['checkCreate']>>[number];

/** Facts for the create form. They may change before the creation, which decides. */
export async function checkCreate(ctx: Context, part: Part): Promise<Problem[]> {
  const found = await Promise.all([
    part.name === undefined ? undefined : checkFreeName(ctx, part.name),
    part.port === undefined ? undefined : checkPort(ctx, part.port),
    part.bindSource === undefined ? undefined : checkSource(part.bindSource),
    part.image === undefined ? undefined : checkImage(ctx, part.image),
  ]);
  return found.filter((problem) => problem !== undefined);
}

async function checkFreeName(ctx: Context, name: string): Promise<Problem | undefined> {
  try {
    checkName(name);
  } catch {
    // The text is for Docker's clients; the form has its own.
    return { field: 'name', reason: 'name_invalid', params: { name } };
  }
  const holder = await ctx.store.findByName(name);
  return holder && { field: 'name', reason: 'name_taken', params: { name, holder: holder.id } };
}

async function checkPort(ctx: Context, port: NonNullable<Part['port']>): Promise<Problem | undefined> {
  const holder = await ctx.networks.portHolder(port);
  if (holder === undefined) return undefined;
  const record = holder.kind === 'container' ? await ctx.store.get(holder.containerId) : undefined;
  return {
    field: 'ports',
    reason: 'port_in_use',
    params: {
      port: String(port.hostPort),
      protocol: port.protocol,
      address: port.hostAddress,
      holder: record?.name ?? '',
      kind: holder.kind,
    },
  };
}

async function checkSource(source: string): Promise<Problem | undefined> {
  const problem = (reason: string) => ({ field: 'mounts', reason, params: { source } });
  if (!source.startsWith('/')) return problem('bind_source_relative');
  return stat(source).then(
    () => undefined,
    () => problem('bind_source_missing'),
  );
}

async function checkImage(ctx: Context, image: string): Promise<Problem | undefined> {
  try {
    await ctx.images.resolve(image);
    return undefined;
  } catch (error) {
    if (!isEngineError(error)) throw error;
    const reason = error.code === 'not_found' ? 'image_not_found' : 'reference_invalid';
    return { field: 'image', reason, params: { image } };
  }
}
