import type { ContainerRecord } from './container-service.ts';
import type { Context } from './context.ts';

/** Tells of each volume that the container has it now, as dockerd does before it joins the networks. */
export function tellMounted(ctx: Pick<Context, 'events' | 'clock'>, record: ContainerRecord): void {
  for (const mount of volumesOf(record)) {
    const attributes = { destination: mount.target, propagation: '', 'read/write': String(!mount.readOnly) };
    tell(ctx, record, 'mount', mount.name, attributes);
  }
}

/** Tells that it has them no more. */
export function tellUnmounted(ctx: Pick<Context, 'events' | 'clock'>, record: ContainerRecord): void {
  for (const { name } of volumesOf(record)) tell(ctx, record, 'unmount', name, {});
}

function tell(
  ctx: Pick<Context, 'events' | 'clock'>,
  { id }: ContainerRecord,
  action: 'mount' | 'unmount',
  name: string,
  more: Record<string, string>,
): void {
  const attributes = { container: id, driver: 'local', ...more };
  ctx.events.publish({ type: 'volume', action, id: name, name, attributes, routine: true, at: ctx.clock() });
}

function volumesOf({ mounts }: ContainerRecord) {
  return mounts.flatMap((mount) =>
    mount.type === 'volume' && mount.name !== undefined ? [{ ...mount, name: mount.name }] : [],
  );
}
